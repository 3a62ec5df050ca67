"""Decision whether a media file must be conformed, that is, converted for the engines."""

from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from PIL import Image

from render_container.stitching.cadence import Cadence, settled
from render_container.worker.parallel import Check
from render_container.worker.sniff import FileType

AUTOMATIC: Final = frozenset({"webm", "mkv", "webp", "gif", "ogg", "flac"})
"""Extensions of files that After Effects cannot read, or reads differently than intended.

They are conformed unless the client forbids it.
"""
_STILLS: Final = frozenset({"png", "jpg", "tif", "psd"})
_MODES: Final = frozenset({"RGB", "RGBA", "L"})
_ORIENTATION: Final = 0x0112  # Exif
_VIDEO: Final = {
    "h264": frozenset({"yuv420p", "yuvj420p"}),
    "prores": frozenset(
        {"yuv422p10le", "yuv444p10le", "yuva444p10le", "yuv444p12le", "yuva444p12le"}
    ),
    "mjpeg": frozenset({"yuvj420p", "yuvj422p"}),
}
"""Pixel formats that every After Effects version reads in QuickTime and MP4 files, by codec."""
_ALSO_READ: Final = frozenset({"qtrle", "png", "dnxhd", "cfhd", "rawvideo", "dvvideo"})
"""Video codecs that After Effects reads correctly with any pixel format."""
_UNREAD_MODES: Final = frozenset({"CMYK", "LAB", "YCbCr", "HSV", "F"})
"""Pillow's modes of JPEG and TIFF files that After Effects refuses."""
_SOUND: Final = ("pcm_s16", "pcm_s24")
_SOUND_OF_VIDEO: Final = (*_SOUND, "aac", "mp3")


def needs_conforming(
    path: Path, kind: FileType, *, asked: bool | None, sound_only: bool, check: Check
) -> bool:
    """Return whether a file of type `kind`, which `probe` has accepted, must be conformed.

    `sound_only` is True if only the file's sound is used. `check` is called often; it raises if the
    work must stop. `asked` is the client's choice of the files to conform:

    - None: only files that After Effects refuses or shows wrongly. These include movies without a
      steady frame rate, whose pictures drift. They also include HEVC movies, which without a
      hardware decoder come out black (see aws-deadline's notes).
    - True: every file except plain ones, such as a steady H.264 movie or an upright PNG.
    - False: none.

    Artwork is never conformed.
    """
    if asked is False or kind.kind == "artwork":
        return False
    if kind.extension in AUTOMATIC:
        return True
    if kind.kind == "still":
        return _is_odd_still(path, kind) if asked else _is_unread_still(path, kind)
    return _is_odd(path, kind, sound_only, check, strict=bool(asked))


def _is_unread_still(path: Path, kind: FileType) -> bool:
    if kind.extension not in {"jpg", "tif"}:
        return False
    with Image.open(path, formats=[kind.reader]) as image:
        return image.mode in _UNREAD_MODES


def _is_odd_still(path: Path, kind: FileType) -> bool:
    if kind.extension not in _STILLS:
        return True
    with Image.open(path, formats=[kind.reader]) as image:
        return image.mode not in _MODES or image.getexif().get(_ORIENTATION, 1) != 1


def _is_odd(path: Path, kind: FileType, sound_only: bool, check: Check, *, strict: bool) -> bool:
    if not strict and (sound_only or kind.reader != "mov"):
        return False
    options = {"protocol_whitelist": "file"}
    with av.open(f"file:{path}", format=kind.reader, options=options) as media:
        sound = media.streams.audio
        if sound_only or not media.streams.video:
            return kind.reader != "wav" or not sound[0].codec_context.name.startswith(_SOUND)
        read = _SOUND_OF_VIDEO if strict else (*_SOUND_OF_VIDEO, "pcm_", "alac")
        if sound and not sound[0].codec_context.name.startswith(read):
            return True
        video = media.streams.video[0]
        if kind.reader != "mov" or not _is_read(video.codec_context, strict):
            return True
        return not _is_steady(media, video, check) or (strict and _is_turned(media, video))


def _is_read(context: av.VideoCodecContext, strict: bool) -> bool:
    plain = context.pix_fmt in _VIDEO.get(context.name, ())
    return plain or (not strict and context.name in _ALSO_READ)


def _is_steady(media: av.container.InputContainer, video: av.VideoStream, check: Check) -> bool:
    """Return whether all pictures of a movie are shown for the same time."""
    rates = [rate for rate in (video.average_rate, video.guessed_rate) if rate]
    cadence = Cadence(Fraction(video.time_base or 1), [settled(Fraction(rate)) for rate in rates])
    for packet in media.demux(video):
        check()
        if packet.pts is not None and not packet.is_discard:
            cadence.add(packet.pts, packet.duration or 0)
    cadence.finish()
    return cadence.rate is not None


def _is_turned(media: av.container.InputContainer, video: av.VideoStream) -> bool:
    media.seek(0)
    return bool(next(media.decode(video)).rotation)
