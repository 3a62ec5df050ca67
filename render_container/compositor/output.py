"""Writing of a render's output: a movie, a sound file or picture files.

Files are written under a hidden temporary name in the output's folder, and renamed to the output
path when the render succeeds. If it fails or is stopped by a signal, they are removed. The output
path therefore never has a partly written file.
"""

from __future__ import annotations

import os
import shutil
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
import skia

from render_container.compositor.errors import CompositorError, UsageError
from render_container.compositor.templates import OutputTemplate, is_numbered, numbered

if TYPE_CHECKING:
    from render_container.compositor.pixels import Pixels
    from render_container.encoding import MovieWriter, Samples

_JPEG_QUALITY = 95


class MovieOutput:
    """A movie file, as a context manager that creates it and then renames or removes it.

    Raises CompositorError if the file cannot be created, finished or renamed.

    Args:
        path: the output path.
        template: the output module template, whose kind is "movie".
        size: width and height in pixels.
        rate: frames per second.
        sound: the whole sound; None for a silent movie.
        single_threaded: True to encode with one thread.
    """

    def __init__(
        self,
        path: Path,
        template: OutputTemplate,
        size: tuple[int, int],
        rate: Fraction,
        sound: Samples | None,
        *,
        single_threaded: bool = False,
    ) -> None:
        self._path = path
        self._temporary = _beside(path)
        self._template, self._size, self._rate, self._sound = template, size, rate, sound
        self._single_threaded = single_threaded
        self._writer: MovieWriter | None = None

    def __enter__(self) -> Self:
        from render_container.encoding import HeldSound, MovieWriter
        from render_container.encoding.movie import THREADS

        assert self._template.movie is not None
        try:
            self._writer = MovieWriter(
                self._temporary,
                self._template.movie,
                self._size,
                self._rate,
                None if self._sound is None else HeldSound(self._sound),
                threads=1 if self._single_threaded else THREADS,
            )
        except OSError as error:
            self._temporary.unlink(missing_ok=True)
            raise _unwritable(self._path, error) from error
        return self

    def write(self, number: int, pixels: Pixels) -> None:  # noqa: ARG002 - a movie counts its own frames
        """Append one frame, as premultiplied B, G, R, A pixels; `number` is not used."""
        if self._writer is not None:
            self._writer.write(straight(pixels) if self._template.alpha else pixels)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            if kind is None:
                writer.close()
                self._temporary.replace(self._path)
            else:
                writer.abort()
        except OSError as failure:
            raise _unwritable(self._path, failure) from failure
        finally:
            self._temporary.unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove the temporary file if it still exists."""
        self._temporary.unlink(missing_ok=True)


class SoundOutput:
    """A WAV file with a render's sound.

    `path` is the output path. If `sound` is None, the file has no samples.
    """

    def __init__(self, path: Path, sound: Samples | None) -> None:
        self._path = path
        self._temporary = _beside(path)
        self._sound = np.zeros((2, 0), dtype=np.float32) if sound is None else sound

    def save(self) -> None:
        """Write the WAV file. Raises CompositorError if it cannot be written."""
        from render_container.compositor.wav import write_wav

        try:
            write_wav(self._temporary, self._sound)
            self._temporary.replace(self._path)
        except OSError as error:
            raise _unwritable(self._path, error) from error
        finally:
            self.discard()

    def discard(self) -> None:
        """Remove the temporary file if it still exists."""
        self._temporary.unlink(missing_ok=True)


class StillsOutput:
    """Picture files, one per frame, as a context manager that renames or removes them at its end.

    Args:
        path: the output path; `[#####]` in its name stands for the frame number.
        template: the output module template, whose kind is "image".
        count: number of frames in the render.

    Raises:
        UsageError: if there are several frames, but `path` has no placeholder for their number.
        CompositorError: if a file or the temporary folder cannot be written.
    """

    def __init__(self, path: Path, template: OutputTemplate, count: int) -> None:
        if count > 1 and not is_numbered(path):
            raise UsageError(
                f"{count} frames need a placeholder for the frame number in the output name, "
                f"such as {path.stem}_[#####]{path.suffix}."
            )
        self._path = path
        self._template = template
        self._folder = _beside(path)
        self._names: list[str] = []

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir()
        except OSError as error:
            raise _unwritable(self._path, error) from error
        return self

    def write(self, number: int, pixels: Pixels) -> None:
        """Write one frame, as premultiplied B, G, R, A pixels.

        `number` is the frame's number as the project displays it, and becomes part of the name.
        """
        name = numbered(self._path, number).name
        try:
            (self._folder / name).write_bytes(encode_still(pixels, self._template))
        except OSError as error:
            raise _unwritable(self._path.with_name(name), error) from error
        self._names.append(name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        try:
            for name in self._names if kind is None else ():
                (self._folder / name).replace(self._path.with_name(name))
        except OSError as failure:
            raise _unwritable(self._path, failure) from failure
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def discard(self) -> None:
        """Remove the temporary folder if it still exists."""
        shutil.rmtree(self._folder, ignore_errors=True)


def straight(pixels: Pixels) -> Pixels:
    """Convert B, G, R, A pixels from premultiplied to straight alpha.

    Raises CompositorError if skia cannot convert them.
    """
    height, width = pixels.shape[:2]
    info = skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    result = np.empty_like(pixels)
    pixmap = skia.Pixmap(info, pixels, pixels.strides[0])
    target = skia.Pixmap(info.makeAlphaType(skia.kUnpremul_AlphaType), result, result.strides[0])
    if not pixmap.readPixels(target):
        raise CompositorError("skia could not convert a frame to straight alpha.")
    return result


def encode_still(pixels: Pixels, template: OutputTemplate) -> bytes:
    """Encode premultiplied B, G, R, A pixels as a PNG file with straight alpha, or as a JPEG file.

    The template's extension decides. Raises CompositorError if skia cannot encode the picture.
    """
    height, width = pixels.shape[:2]
    alpha = skia.kPremul_AlphaType if template.alpha else skia.kOpaque_AlphaType
    info = skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, alpha)
    image = skia.Image.MakeRasterCopy(skia.Pixmap(info, pixels, pixels.strides[0]))
    kind = skia.kPNG if template.extension == ".png" else skia.kJPEG
    data = image.encodeToData(kind, _JPEG_QUALITY)
    if data is None:
        raise CompositorError(f"a frame could not be encoded as {template.info}.")
    return bytes(data)


def _beside(path: Path) -> Path:
    """Return a temporary path for an output: hidden, in its folder, unique to this process."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _unwritable(path: Path, error: OSError) -> CompositorError:
    reason = error.strerror or str(error)
    return CompositorError(
        f"After Effects error: Rendering error while writing to file {path}. {reason}."
    )
