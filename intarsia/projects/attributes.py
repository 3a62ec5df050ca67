"""Attributes of layers and text documents, by their names in After Effects' scripting.

An attribute is a value outside the layer's property tree, such as `inPoint` or `fontSize`.

Source: https://ae-scripting.docsforadobe.dev (Layer, AVLayer, TextDocument).
"""

from dataclasses import dataclass
from typing import Literal

AttributeKind = Literal["number", "integer", "bool", "string", "color", "choice"]


@dataclass(frozen=True)
class Attribute:
    """An attribute of a layer or a text document that an asset can set."""

    name: str
    """Name of the attribute in After Effects' scripting, such as `fontSize`."""
    member: str
    """Name of the attribute in py-aep, such as `font_size`."""
    kind: AttributeKind
    choices: tuple[str, ...] = ()
    """Allowed values if `kind` is `choice`, without the class name that scripts write before them.

    Empty for the other kinds.
    """
    positive: bool = False
    """True if the attribute's value must be a number above 0."""
    av_only: bool = False
    """True if camera and light layers do not have the attribute."""


_JUSTIFICATIONS = (
    "LEFT_JUSTIFY",
    "RIGHT_JUSTIFY",
    "CENTER_JUSTIFY",
    "FULL_JUSTIFY_LASTLINE_LEFT",
    "FULL_JUSTIFY_LASTLINE_RIGHT",
    "FULL_JUSTIFY_LASTLINE_CENTER",
    "FULL_JUSTIFY_LASTLINE_FULL",
)


def _by_folded_name(*attributes: Attribute) -> dict[str, Attribute]:
    return {attribute.name.casefold(): attribute for attribute in attributes}


LAYER_ATTRIBUTES = _by_folded_name(
    Attribute("name", "name", "string"),
    Attribute("comment", "comment", "string"),
    Attribute("enabled", "enabled", "bool"),
    Attribute("solo", "solo", "bool"),
    Attribute("shy", "shy", "bool"),
    Attribute("locked", "locked", "bool"),
    Attribute("startTime", "start_time", "number"),
    Attribute("inPoint", "in_point", "number"),
    Attribute("outPoint", "out_point", "number"),
    Attribute("stretch", "stretch", "number"),
    Attribute("timeRemapEnabled", "time_remap_enabled", "bool", av_only=True),
    Attribute("audioEnabled", "audio_enabled", "bool", av_only=True),
    Attribute("adjustmentLayer", "adjustment_layer", "bool", av_only=True),
    Attribute("guideLayer", "guide_layer", "bool", av_only=True),
    Attribute("motionBlur", "motion_blur", "bool", av_only=True),
    Attribute("threeDLayer", "three_d_layer", "bool", av_only=True),
    Attribute("effectsActive", "effects_active", "bool", av_only=True),
    Attribute("collapseTransformation", "collapse_transformation", "bool", av_only=True),
)

TEXT_ATTRIBUTES = _by_folded_name(
    Attribute("text", "text", "string"),
    Attribute("font", "font", "string"),
    Attribute("fontSize", "font_size", "number", positive=True),
    Attribute("fillColor", "fill_color", "color"),
    Attribute("strokeColor", "stroke_color", "color"),
    Attribute("strokeWidth", "stroke_width", "number", positive=True),
    Attribute("strokeOverFill", "stroke_over_fill", "bool"),
    Attribute("applyFill", "apply_fill", "bool"),
    Attribute("applyStroke", "apply_stroke", "bool"),
    Attribute("tracking", "tracking", "integer"),
    Attribute("leading", "leading", "number", positive=True),
    Attribute("autoLeading", "auto_leading", "bool"),
    Attribute("baselineShift", "baseline_shift", "number"),
    Attribute("horizontalScale", "horizontal_scale", "number"),
    Attribute("verticalScale", "vertical_scale", "number"),
    Attribute("tsume", "tsume", "number"),
    Attribute("fauxBold", "faux_bold", "bool"),
    Attribute("fauxItalic", "faux_italic", "bool"),
    Attribute("ligature", "ligature", "bool"),
    Attribute("justification", "justification", "choice", choices=_JUSTIFICATIONS),
)
