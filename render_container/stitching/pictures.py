"""Decoding of a clip's pictures."""

from __future__ import annotations

from collections.abc import Iterator

import av

from render_container.stitching.clips import (
    Check,
    ClipError,
    Source,
    blamed_on,
    check_size,
    guarded,
)


def pictures(source: Source, check: Check) -> Iterator[av.VideoFrame]:
    """Yield every picture of an opened clip, decoded, in display order.

    Raises ClipError at the first picture that is damaged or too large, or if there is no picture.
    """
    number = 0
    for packet in guarded(source.media.demux(source.video), source.index, check):
        with blamed_on(source.index):
            frames = packet.decode()
        for frame in frames:
            if frame.is_corrupt:
                raise ClipError(
                    source.index, f"cannot be decoded: its picture {number + 1} is damaged"
                )
            check_size(frame.width, frame.height, source.index)
            number += 1
            yield frame
    if not number:
        raise ClipError(source.index, "cannot be decoded: it holds no whole picture")
