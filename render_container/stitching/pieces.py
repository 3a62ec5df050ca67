"""Assembly of a render's pieces into one movie, encoded as if it had been rendered without pieces.

If the pieces hold lossless pictures, these are encoded here, once. If they are ProRes, an
intra-only codec, their frames are copied. The sound of all pieces is in one separate file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import av
import numpy as np

from render_container.encoding import SAMPLE_RATE, MovieFormat, MovieWriter, Samples
from render_container.stitching.clips import Check, Clip, ClipError, guarded, opened
from render_container.stitching.pictures import pictures

_DEMUXERS: Final = {".avi": "avi", ".mov": "mov"}


class PieceError(Exception):
    """Failure of an assembly because of its input.

    A piece or the sound is damaged, or a piece has a wrong number of frames.
    """


@dataclass(frozen=True)
class PieceFile:
    """A movie file with the pictures of one piece."""

    path: Path
    """Path of the file, with the suffix `.avi` or `.mov`."""
    frames: int
    """Number of frames that the file must hold."""


@dataclass(frozen=True)
class Assembly:
    """Format, size and frame rate of the assembled movie."""

    format: MovieFormat
    size: tuple[int, int]
    """Width and height of the composition, in pixels."""
    rate: Fraction  # frames per second


def assemble(
    pieces: Sequence[PieceFile],
    sound: Path | None,
    output: Path,
    assembly: Assembly,
    *,
    check: Check,
    progress: Callable[[float], None],
) -> None:
    """Write one movie with the pictures of all pieces, in their order, and the sound.

    Args:
        pieces: at least one.
        sound: a WAV file with the sound of all pieces. The movie is silent if it is None or the
            file has no samples.
        output: path of the movie, which appears only when it is complete.
        check: called before every packet, to cancel the work by raising an exception.
        progress: called with the share of the frames written, from 0 to 1.

    Raises:
        PieceError: a piece or the sound cannot be used.
        OSError: the movie cannot be written.
    """
    total = sum(piece.frames for piece in pieces)
    part = output.with_name(f"{output.name}.part")
    samples = round(total / assembly.rate * SAMPLE_RATE)
    try:
        with _WavSound(sound, samples) as heard:
            writing = _Writing(part, assembly, heard if heard.any else None)
            try:
                for index, piece in enumerate(pieces):
                    for done in _add(writing, piece, index, check):
                        progress(done / total)
            except BaseException:
                writing.abort()
                raise
            writing.close()
        part.replace(output)
    except ClipError as error:
        raise PieceError(f"Piece {error.index} {error.message}.") from error
    finally:
        part.unlink(missing_ok=True)


class _Writing:
    """The movie to be written.

    It is opened only with the first piece, because the settings of copied frames are in its stream.
    """

    def __init__(self, path: Path, assembly: Assembly, sound: _WavSound | None) -> None:
        self._path, self._assembly, self._sound = path, assembly, sound
        self._writer: MovieWriter | None = None
        self.copies = assembly.format.kind == "prores"
        self.frames = 0

    def writer(self, like: av.VideoStream) -> MovieWriter:
        if self._writer is None:
            self._writer = MovieWriter(
                self._path,
                self._assembly.format,
                self._assembly.size,
                self._assembly.rate,
                self._sound,
                like=like if self.copies else None,
            )
        return self._writer

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def abort(self) -> None:
        if self._writer is not None:
            self._writer.abort()


def _add(writing: _Writing, piece: PieceFile, index: int, check: Check) -> Iterator[int]:
    """Write the frames of a piece; yield, after each, the number of frames in the movie so far.

    `index` is the index of the piece, from 0. Raises PieceError if the piece does not hold exactly
    `piece.frames` frames, and ClipError if it cannot be decoded.
    """
    before = writing.frames
    with opened(Clip(piece.path, _DEMUXERS[piece.path.suffix]), index) as source:
        writer = writing.writer(source.video)
        if writing.copies:
            for packet in guarded(source.media.demux(source.video), index, check):
                if packet.size:
                    writer.copy_packet(packet)
                    writing.frames += 1
                    yield writing.frames
        else:
            for frame in pictures(source, check):
                writer.write_frame(frame)
                writing.frames += 1
                yield writing.frames
    found = writing.frames - before
    if found != piece.frames:
        raise PieceError(f"Piece {index} holds {found} frames instead of {piece.frames}.")


class _WavSound:
    """A SoundSource that reads a WAV file and pads its sound with silence to `length` samples.

    Without a path, all of it is silence.
    """

    def __init__(self, path: Path | None, length: int) -> None:
        self._path = path
        self.length = length
        self._media: Any = None
        self._frames: Iterator[Samples] = iter(())
        self._rest: Samples = np.zeros((2, 0), dtype=np.float32)

    def __enter__(self) -> Self:
        if self._path is not None:
            try:
                options = {"protocol_whitelist": "file"}
                self._media = av.open(f"file:{self._path}", format="wav", options=options)
                self._frames = self._decoded()
                self._rest = next(self._frames, self._rest)
            except av.FFmpegError as error:
                raise PieceError(f"The sound cannot be decoded: {error}.") from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._media is not None:
            self._media.close()

    @property
    def any(self) -> bool:
        """Whether the file has at least one sample; valid only before the first `take`."""
        return bool(self._rest.shape[1])

    def take(self, count: int) -> Samples:
        """Return the next `count` samples, padded with silence after the end of the file.

        Raises PieceError if they cannot be decoded.
        """
        parts, held = [self._rest], self._rest.shape[1]
        while held < count:
            try:
                part = next(self._frames, None)
            except av.FFmpegError as error:
                raise PieceError(f"The sound cannot be decoded: {error}.") from error
            if part is None:
                part = np.zeros((2, count - held), dtype=np.float32)
            parts.append(part)
            held += part.shape[1]
        joined = np.concatenate(parts, axis=1)
        self._rest = joined[:, count:]
        return joined[:, :count]

    def _decoded(self) -> Iterator[Samples]:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
        for frame in self._media.decode(audio=0):
            for made in resampler.resample(frame):
                yield np.asarray(made.to_ndarray(), dtype=np.float32)
        for made in resampler.resample(None):
            yield np.asarray(made.to_ndarray(), dtype=np.float32)
