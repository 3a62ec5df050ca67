"""Probe of a media file: proof that it can be decoded, and its properties."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import av
from PIL import Image, UnidentifiedImageError

from render_container.injection.plan import MediaInfo
from render_container.worker.sniff import FileType

SIDE_LIMIT = 30_000  # pixels; After Effects' limit
PIXEL_LIMIT = 200_000_000  # pixels of one picture: 800 MB as RGBA

Want = Literal["image", "video", "audio"]


class ProbeError(Exception):
    """Rejection of a media file. The message continues the file's name, as in `has no sound`."""


def probe(path: Path, kind: FileType, want: Want) -> MediaInfo | None:
    """Decode the beginning of a media file of type `kind` and return the file's properties.

    Returns None for artwork, which is not decoded. Raises ProbeError if the file is damaged or too
    large, or lacks the wanted content: sound for `audio`, a picture for `image` and `video`.
    """
    if kind.kind == "artwork":
        return None
    if kind.kind == "still":
        if want == "audio":
            raise ProbeError("has no sound: it is a picture")
        return _still(path, kind)
    return _timed(path, kind, want)


def _still(path: Path, kind: FileType) -> MediaInfo:
    with _plain_errors(), Image.open(path, formats=[kind.reader]) as image:
        _check_size(*image.size)
        image.load()
        alpha = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
        return MediaInfo(width=image.width, height=image.height, has_alpha=alpha)


def _timed(path: Path, kind: FileType, want: Want) -> MediaInfo:
    # One demuxer and local files only: a playlist could open other files or URLs.
    options = {"protocol_whitelist": "file"}
    with (
        _plain_errors(),
        av.open(str(path), format=kind.reader, options=options, metadata_errors="ignore") as media,
    ):
        video = [
            stream
            for stream in media.streams.video
            if not stream.disposition & av.stream.Disposition.attached_pic
        ]
        audio = media.streams.audio
        if want == "audio" and not audio:
            raise ProbeError("has no sound")
        if want != "audio" and not video:
            raise ProbeError("has no picture")
        info = MediaInfo(
            duration_s=(media.duration or 0) / av.time_base,
            has_audio=bool(audio),
        )
        if video:
            info = _with_picture(info, video[0])
        _decode_one(media, audio[0] if want == "audio" else video[0])
        return info


def _with_picture(info: MediaInfo, stream: av.VideoStream) -> MediaInfo:
    context = stream.codec_context
    if context is None:  # possible, although av's stubs exclude it
        raise ProbeError("cannot be decoded: its codec is unknown")
    _check_size(context.width, context.height)
    pixels = context.format
    return info.model_copy(
        update={
            "width": context.width,
            "height": context.height,
            "fps": float(stream.average_rate or 0),
            "has_alpha": bool(pixels and any(part.is_alpha for part in pixels.components)),
        }
    )


def _decode_one(media: av.container.InputContainer, stream: av.stream.Stream) -> None:
    for _ in media.decode(stream):
        return
    raise ProbeError("cannot be decoded: it holds no frame")


def _check_size(width: int, height: int) -> None:
    if max(width, height) > SIDE_LIMIT or width * height > PIXEL_LIMIT:
        raise ProbeError(
            f"is too large: {width} x {height} pixels; the limits are {SIDE_LIMIT} pixels a side"
            f" and {PIXEL_LIMIT:,} in all"
        )


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Convert every error that a decoder raises on hostile bytes to ProbeError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    except ProbeError:
        raise
    except Image.DecompressionBombError:
        raise ProbeError("is too large: too many pixels") from None
    except UnidentifiedImageError:
        raise ProbeError("cannot be decoded: its header is damaged") from None
    except av.FFmpegError as error:
        raise ProbeError(f"cannot be decoded: {_reason(error.strerror)}") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError) as error:
        raise ProbeError(f"cannot be decoded: {_reason(str(error))}") from error


def _reason(text: str | None) -> str:
    return (text or "it is damaged").strip().rstrip(".") or "it is damaged"
