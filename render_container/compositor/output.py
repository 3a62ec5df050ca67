"""Outputs of a render, which appear at the output path only after everything is written.

Outputs are written beside the output path under a hidden temporary name, and renamed when the
render succeeds. If it fails or is stopped by a signal, the temporary files are removed.
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
    """A movie file, and the context manager that renames or removes its temporary file.

    Raises CompositorError if the file cannot be written.
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
        """Add one frame, premultiplied B, G, R, A."""
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
    """A WAV file with the sound of the frame range; without samples if `sound` is None."""

    def __init__(self, path: Path, sound: Samples | None) -> None:
        self._path = path
        self._temporary = _beside(path)
        self._sound = np.zeros((2, 0), dtype=np.float32) if sound is None else sound

    def save(self) -> None:
        """Write the file. Raises CompositorError if that fails."""
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
    """Numbered picture files, one per frame, or a single one under the plain name.

    Raises UsageError if there are several frames but the name has no place for their number.
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
        """Add the picture of the displayed frame `number`, premultiplied B, G, R, A."""
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
    """Return premultiplied B, G, R, A pixels with straight alpha."""
    height, width = pixels.shape[:2]
    info = skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    result = np.empty_like(pixels)
    pixmap = skia.Pixmap(info, pixels, pixels.strides[0])
    target = skia.Pixmap(info.makeAlphaType(skia.kUnpremul_AlphaType), result, result.strides[0])
    if not pixmap.readPixels(target):
        raise CompositorError("skia could not convert a frame to straight alpha.")
    return result


def encode_still(pixels: Pixels, template: OutputTemplate) -> bytes:
    """Return a picture as PNG with straight alpha, or as JPEG. Raises CompositorError."""
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
    """Return a hidden path in the same folder that is unique to this process."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _unwritable(path: Path, error: OSError) -> CompositorError:
    reason = error.strerror or str(error)
    return CompositorError(
        f"After Effects error: Rendering error while writing to file {path}. {reason}."
    )
