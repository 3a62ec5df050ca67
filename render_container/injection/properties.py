"""Access to properties of py-aep's objects, at places resolved from the project's facts."""

from typing import Any

from py_aep import ParagraphJustification

from intarsia.projects.paths import Place
from intarsia.projects.values import Fitting

_SHOWN_BY = {"fill_color": "apply_fill", "stroke_color": "apply_stroke"}
"""For each colour of a text, the attribute that makes it visible.

Setting the colour turns the attribute on. The scripting guide describes the same for After Effects:
https://ae-scripting.docsforadobe.dev/text/textdocument
"""


def property_at(layer: Any, place: Place) -> Any:
    """Return the py-aep object at `place`, on which `set_value` sets a value.

    That is a property of `layer`, or `layer` itself if `place` is one of its attributes.
    """
    item = layer
    for position in place.positions:
        item = item.properties[position]
    return item


def set_value(item: Any, place: Place, value: Fitting) -> None:
    """Write `value` at `place`; `item` is the result of `property_at` for that place.

    Raises ValueError, TypeError or AttributeError if py-aep rejects the value.
    """
    node, attribute = place.node, place.attribute
    if attribute is not None:
        owner = item if node is None else item.value
        wanted = ParagraphJustification[str(value)] if attribute.kind == "choice" else value
        setattr(owner, attribute.member, wanted)
        if attribute.member in _SHOWN_BY:
            setattr(owner, _SHOWN_BY[attribute.member], True)
    elif node is not None and node.kind == "text":
        item.value.text = value
    elif isinstance(value, list):
        # A missing z or alpha keeps its current value.
        item.value = [*value, *list(item.value)[len(value) :]]
    else:
        item.value = value
