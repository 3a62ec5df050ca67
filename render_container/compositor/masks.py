"""Drawing of a layer's masks, which cut the content that has been drawn on a skia canvas."""

from __future__ import annotations

import skia

from render_container.compositor import paths
from render_container.compositor.effects import BLUR_SIGMA
from render_container.compositor.model import Mask

_FAR = 1e6
_MODES = {
    "add": skia.BlendMode.kSrcOver,
    "subtract": skia.BlendMode.kDstOut,
    "intersect": skia.BlendMode.kDstIn,
    "lighten": skia.BlendMode.kLighten,
    "darken": skia.BlendMode.kDstIn,
    "difference": skia.BlendMode.kXor,
}


def apply_masks(canvas: skia.Canvas, masks: tuple[Mask, ...]) -> None:
    """Remove from the canvas's current skia layer everything that the masks hide.

    `masks` has at least one mask; paths are in the canvas's current coordinates. The first mask's
    mode determines the initial coverage: full for Subtract, Intersect and Darken, empty for the
    others.
    """
    canvas.saveLayer(None, skia.Paint(BlendMode=skia.BlendMode.kDstIn))
    if masks[0].mode in ("subtract", "intersect", "darken"):
        canvas.clear(skia.ColorBLACK)
    for mask in masks:
        _draw_mask(canvas, mask)
    canvas.restore()


def _draw_mask(canvas: skia.Canvas, mask: Mask) -> None:
    path = paths.expanded(paths.skia_path(mask.path), mask.expansion)
    paint = skia.Paint(BlendMode=_MODES[mask.mode], Alphaf=mask.opacity)
    if any(mask.feather):
        sigmas = [value * BLUR_SIGMA for value in mask.feather]
        paint.setImageFilter(skia.ImageFilters.Blur(*sigmas, skia.TileMode.kDecal))
    canvas.saveLayer(None, paint)
    ink = skia.Paint(AntiAlias=True, Color=skia.ColorBLACK)
    if mask.path.closed:
        if mask.inverted:
            path.toggleInverseFillType()
        canvas.drawPath(path, ink)
    canvas.restore()
