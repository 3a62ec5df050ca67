"""Conversion of pictures of any size, shape and colours to frames of a joined movie."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import av
import numpy as np
from av.video.reformatter import (
    ColorPrimaries,
    ColorRange,
    Colorspace,
    ColorTrc,
    Interpolation,
    VideoReformatter,
)
from numpy.typing import NDArray

from render_container.stitching.clips import blamed_on, check_size
from render_container.stitching.shape import Shape

Pixels = NDArray[np.uint8]
Size = tuple[int, int]

_BLACK: Final = (16, 128, 128)  # Y, Cb, Cr of limited range
# Pixels. Untagged pictures of this height or more are taken for BT.709, smaller ones for BT.601.
_HD_HEIGHT: Final = 720
# swscale numbers colour matrices differently from a stream's tags (ITU-T H.273, table 4).
_MATRICES: Final = {
    1: Colorspace.ITU709, 5: Colorspace.ITU601, 6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M, 9: Colorspace.BT2020, 10: Colorspace.BT2020,
}  # fmt: skip
_HDR: Final = (ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67)
_STANDARD_RANGE: Final[dict[str, Any]] = {
    "dst_color_trc": ColorTrc.BT709, "dst_color_primaries": ColorPrimaries.BT709,
}  # fmt: skip
_EXACT: Final = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP


def result_size(shape: Shape, width: int, height: int, index: int) -> Size:
    """Return the size at which a clip's pictures are displayed, rounded to even square pixels.

    `width` and `height` are the stored size in pixels. `index` is the clip's, from 0. Raises
    ClipError if the size exceeds the limits of a result.
    """
    wide, high = (max(2, 2 * round(side / 2)) for side in shape.shown(width, height))
    check_size(wide, high, index)
    return wide, high


class Canvas:
    """A converter of clips' pictures to frames of the result.

    These frames have one size and are BT.709 with limited range, 8-bit and opaque, with square
    pixels.

    Args:
        size: width and height of the frames in pixels, both even.
    """

    def __init__(self, size: Size) -> None:
        self._size = size
        self._reformatter = VideoReformatter()
        self.notes: dict[int, set[str]] = {}
        """Losses by index of the clip, from 0. Each remark continues text such as `clip 3 `."""

    def draw(self, frame: av.VideoFrame, shape: Shape, index: int) -> av.VideoFrame:
        """Return a new frame of the result with a clip's picture in its middle, on black.

        `index` is the clip's, from 0; its losses are added to `notes`. Raises ClipError if the
        picture cannot be converted.
        """
        self._note(frame, index)
        wide, high = self._fit(shape.shown(frame.width, frame.height))
        across, down = (high, wide) if shape.lying else (wide, high)
        with blamed_on(index):
            fitted = self._convert(frame, across, down)
        canvas = av.VideoFrame(*self._size, "yuv420p")
        left, top = (self._size[0] - wide) // 4 * 2, (self._size[1] - high) // 4 * 2
        for number, black in enumerate(_BLACK):
            half = 1 if number == 0 else 2
            target, source = _plane(canvas, number), _turned(_plane(fitted, number), shape)
            target[:] = black
            rows = slice(top // half, (top + high) // half)
            target[rows, left // half : (left + wide) // half] = source
        canvas.colorspace, canvas.color_range = int(Colorspace.ITU709), int(ColorRange.MPEG)
        canvas.color_primaries = int(ColorPrimaries.BT709)
        canvas.color_trc = int(ColorTrc.BT709)
        return canvas

    def _fit(self, shown: tuple[Fraction, Fraction]) -> Size:
        scale = min(side / given for side, given in zip(self._size, shown, strict=True))
        wide, high = (
            min(side, max(2, 2 * round(given * scale / 2)))
            for side, given in zip(self._size, shown, strict=True)
        )
        return wide, high

    def _convert(self, frame: av.VideoFrame, width: int, height: int) -> av.VideoFrame:
        if any(part.is_alpha for part in frame.format.components) or frame.format.name == "pal8":
            frame = self._flattened(frame, width, height)
        return self._reformatter.reformat(
            frame,
            width=width,
            height=height,
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            interpolation=_EXACT,
            threads=1,
            **_colours(frame),
            **(_STANDARD_RANGE if frame.color_trc in _HDR else {}),
        )

    def _flattened(self, frame: av.VideoFrame, width: int, height: int) -> av.VideoFrame:
        """Return a frame scaled to a size in pixels and composited on black.

        The alpha of `frame` must be straight, as in ProRes, VP9 and PNG.
        """
        scaled = self._reformatter.reformat(
            frame,
            width=width,
            height=height,
            format="rgba",
            dst_color_range=ColorRange.JPEG,
            interpolation=_EXACT | Interpolation.FULL_CHR_H_INT,
            threads=1,
            **_colours(frame),
        )
        rgba = np.asarray(scaled.to_ndarray(), dtype=np.uint16)
        flat = (rgba[..., :3] * rgba[..., 3:] + 127) // 255
        return av.VideoFrame.from_ndarray(
            np.ascontiguousarray(flat.astype(np.uint8)), format="rgb24"
        )

    def _note(self, frame: av.VideoFrame, index: int) -> None:
        notes = self.notes.setdefault(index, set())
        parts = frame.format.components
        bits = max(part.bits for part in parts)
        if bits > 8:
            notes.add(f"has {bits} bits per channel; the result has 8")
        if frame.color_trc in _HDR:
            notes.add("has a high dynamic range; the result has a standard dynamic range")
        if frame.interlaced_frame:
            notes.add("is interlaced, and its pictures are not deinterlaced")
        if any(part.is_alpha for part in parts):
            notes.add("has transparent parts, which are black in the result")


def _colours(frame: av.VideoFrame) -> dict[str, Any]:
    """Return the arguments of `reformat` for the colours of the source `frame`.

    Without them, libswscale would assume BT.601 for every frame.
    """
    if frame.format.is_rgb:
        return {"src_colorspace": Colorspace.ITU709, "src_color_range": ColorRange.JPEG}
    guess = Colorspace.ITU709 if frame.height >= _HD_HEIGHT else Colorspace.ITU601
    full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
    return {
        "src_colorspace": _MATRICES.get(frame.colorspace, guess),
        "src_color_range": ColorRange.JPEG if full else ColorRange.MPEG,
    }


def _plane(frame: av.VideoFrame, number: int) -> Pixels:
    plane = frame.planes[number]
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)  # type: ignore[call-overload]
    return rows[: plane.height, : plane.width]  # type: ignore[no-any-return]


def _turned(pixels: Pixels, shape: Shape) -> Pixels:
    a, b, c, d = shape.matrix
    down, across = (b, c) if shape.lying else (d, a)
    turned = pixels.T if shape.lying else pixels
    return turned[::down, ::across]
