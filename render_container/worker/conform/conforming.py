"""One file into what every engine reads."""

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
    """Write what is in a file beside it, in a kind that every engine reads, and return that.

    A picture becomes a PNG, upright; an animation or a movie a ProRes movie at a steady rate, 4444
    if it has alpha; sound, or anything if `sound_only`, a WAV. `check` is called all the time.
    Raises ConformError.
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
    """Whatever a decoder says about hostile bytes becomes ConformError."""
    try:
        yield
    except ClipError as error:
        raise ConformError(error.message) from error
    except av.FFmpegError as error:
        raise ConformError(f"cannot be decoded: {error.strerror or 'it is damaged'}") from error
    except (ValueError, SyntaxError, EOFError, IndexError, KeyError, OverflowError) as error:
        raise ConformError("cannot be decoded: it is damaged") from error
    except OSError as error:
        if error.errno is not None:  # the disk's; Pillow's own have no number
            raise
        raise ConformError("cannot be decoded: it is damaged") from error
