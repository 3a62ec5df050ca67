"""Blending modes: After Effects' modes, the compositor's names for them, and skia's modes.

The compositor's names, such as "color-dodge", are stored in `model.LayerState.blend`.
"""

from typing import Any

import skia
from py_aep import BlendingMode

_SKIA = {
    "normal": skia.BlendMode.kSrcOver,
    "add": skia.BlendMode.kPlus,
    "multiply": skia.BlendMode.kMultiply,
    "screen": skia.BlendMode.kScreen,
    "overlay": skia.BlendMode.kOverlay,
    "darken": skia.BlendMode.kDarken,
    "lighten": skia.BlendMode.kLighten,
    "color-dodge": skia.BlendMode.kColorDodge,
    "color-burn": skia.BlendMode.kColorBurn,
    "hard-light": skia.BlendMode.kHardLight,
    "soft-light": skia.BlendMode.kSoftLight,
    "difference": skia.BlendMode.kDifference,
    "exclusion": skia.BlendMode.kExclusion,
    "hue": skia.BlendMode.kHue,
    "saturation": skia.BlendMode.kSaturation,
    "color": skia.BlendMode.kColor,
    "luminosity": skia.BlendMode.kLuminosity,
    "stencil-alpha": skia.BlendMode.kDstIn,
    "stencil-luma": skia.BlendMode.kDstIn,
    "silhouette-alpha": skia.BlendMode.kDstOut,
    "silhouette-luma": skia.BlendMode.kDstOut,
}
LUMA = frozenset({"stencil-luma", "silhouette-luma"})
WHOLE_COMP = frozenset({"stencil-alpha", "stencil-luma", "silhouette-alpha", "silhouette-luma"})

_LAYER_MODES = {
    BlendingMode.NORMAL: "normal",
    BlendingMode.ADD: "add",
    BlendingMode.LINEAR_DODGE: "add",
    BlendingMode.MULTIPLY: "multiply",
    BlendingMode.SCREEN: "screen",
    BlendingMode.OVERLAY: "overlay",
    BlendingMode.DARKEN: "darken",
    BlendingMode.LIGHTEN: "lighten",
    BlendingMode.COLOR_DODGE: "color-dodge",
    BlendingMode.CLASSIC_COLOR_DODGE: "color-dodge",
    BlendingMode.COLOR_BURN: "color-burn",
    BlendingMode.CLASSIC_COLOR_BURN: "color-burn",
    BlendingMode.HARD_LIGHT: "hard-light",
    BlendingMode.SOFT_LIGHT: "soft-light",
    BlendingMode.DIFFERENCE: "difference",
    BlendingMode.CLASSIC_DIFFERENCE: "difference",
    BlendingMode.EXCLUSION: "exclusion",
    BlendingMode.HUE: "hue",
    BlendingMode.SATURATION: "saturation",
    BlendingMode.COLOR: "color",
    BlendingMode.LUMINOSITY: "luminosity",
    BlendingMode.STENCIL_ALPHA: "stencil-alpha",
    BlendingMode.STENCIL_LUMA: "stencil-luma",
    BlendingMode.SILHOUETE_ALPHA: "silhouette-alpha",
    BlendingMode.SILHOUETTE_LUMA: "silhouette-luma",
}


def layer_mode(mode: Any) -> str | None:
    """Return the compositor's name for a py-aep BlendingMode; None if it is not supported."""
    return _LAYER_MODES.get(mode)


def skia_mode(name: str) -> Any:
    """Return the skia.BlendMode for one of the compositor's names, such as "multiply"."""
    return _SKIA[name]
