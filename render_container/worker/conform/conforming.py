"""Conversion of one file to a format that every engine reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from PIL import Image, ImageOps

from render_container.stitching import ClipError
from render_container.worker.conform.animations import Animation
from render_container.worker.conform.errors import ConformError
from render_container.worker.conform.movies import Movie, has_picture
from render_container.worker.conform.sound import write_wav
from render_container.worker.conform.writing import write_movie
from render_container.worker.parallel import Check
from render_container.worker.sniff import FileType


def conformed(path: Path, kind: FileType, *, sound_only: bool, check: Check) -> Path:
    """Convert a file to a format that every engine reads; return the path of the new file.

    `kind` is the type of the old file, beside which the new one lies. A picture becomes an upright
    PNG. An animation or movie becomes a ProRes movie at a steady frame rate: 4444 if it has alpha,
    else 422 HQ. Sound becomes a WAV file, and so does the sound of a movie if `sound_only` is True.

    `check` is called often; it raises if the work must stop. Raises ConformError if the file cannot
    be decoded, or is too large or too long.
    """
    result = path.with_name("conformed")
    with _plain_errors():
        if kind.kind == "still":
            if not _moves(path, kind):
                return _still(path, kind, result.with_suffix(".png"))
            with Animation(path, kind.reader, check) as animation:
                return write_movie(animation, result.with_suffix(".mov"), check)
        if sound_only or not has_picture(path, kind.reader):
            return write_wav(path, kind.reader, result.with_suffix(".wav"), check)
        with Movie(path, kind.reader, check) as movie:
            return write_movie(movie, result.with_suffix(".mov"), check)


def _moves(path: Path, kind: FileType) -> bool:
    with Image.open(path, formats=[kind.reader]) as image:
        return kind.extension in {"gif", "webp"} and getattr(image, "n_frames", 1) > 1


def _still(path: Path, kind: FileType, result: Path) -> Path:
    with Image.open(path, formats=[kind.reader]) as image:
        profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA"} else None
        upright = ImageOps.exif_transpose(image)
        alpha = upright.mode in {"LA", "PA", "RGBA"} or "transparency" in upright.info
        upright.convert("RGBA" if alpha else "RGB").save(
            result, format="PNG", icc_profile=profile, compress_level=1
        )
    return result


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Convert every error that a decoder raises on hostile bytes to ConformError."""
    try:
        yield
    except ClipError as error:
        raise ConformError(error.message) from error
    except av.FFmpegError as error:
        raise ConformError(f"cannot be decoded: {error.strerror or 'it is damaged'}") from error
    except (ValueError, SyntaxError, EOFError, IndexError, KeyError, OverflowError) as error:
        raise ConformError("cannot be decoded: it is damaged") from error
    except OSError as error:
        if error.errno is not None:  # the disk's error; Pillow's own have no number
            raise
        raise ConformError("cannot be decoded: it is damaged") from error
