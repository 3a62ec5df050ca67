"""Assembly of a render's pieces into one movie, encoded as if it had been rendered whole.

Lossless pictures are encoded here, once. Frames of an intra-only codec are copied. The sound was
rendered in one go, to a file of its own.
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
    """A piece, or the sound, that is damaged, or a piece with a wrong number of frames."""


@dataclass(frozen=True)
class PieceFile:
    """The pictures of one range of frames."""

    path: Path
    """File with the suffix `.avi` or `.mov`."""
    frames: int


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
    """Write the movie of all pieces, in their order.

    Args:
        pieces: at least one.
        sound: a WAV file with the sound of them all, or None. One without samples counts as None.
        output: appears only when it is complete.
        check: called before every packet; an exception that it raises ends the work.
        progress: called with the share done, from 0 to 1.

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
    """The movie to write, opened when the first piece supplies the stream to copy from."""

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
    """Write a piece, and yield the number of frames written so far after each of them.

    Raises PieceError if the piece holds more or fewer frames than it should.
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
    """Sound from a WAV file, padded with silence to `length` samples."""

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
        """Return whether there is any sample; valid only before the first `take`."""
        return bool(self._rest.shape[1])

    def take(self, count: int) -> Samples:
        """Return the next `count` samples. Raises PieceError if they cannot be decoded."""
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
