"""Point text layers."""

from typing import Any

from py_aep import ParagraphJustification

from examples.templates.palette import Colour


def text_layer(
    comp: Any,
    name: str,
    text: str,
    *,
    font: str,
    size: float,
    colour: Colour,
    at: tuple[float, float],
    tracking: int = 0,
    centred: bool = False,
) -> Any:
    """Add a text layer called `name`: a job's text asset addresses it by that name.

    `font` is a PostScript name, `size` is in pixels and `tracking` in thousandths of an em. `at` is
    the start of the first base line, or its middle if `centred`, in the composition's pixels.
    """
    layer = comp.add_text(text)
    layer.name = name
    document = layer.property("ADBE Text Properties").property("ADBE Text Document").value
    document.font = font
    document.font_size = size
    document.fill_color = list(colour)
    document.tracking = tracking
    justify = ParagraphJustification
    document.justification = justify.CENTER_JUSTIFY if centred else justify.LEFT_JUSTIFY
    layer.transform.position.value = [*at, 0.0]
    return layer
