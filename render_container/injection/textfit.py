"""Fitting of a text to the room that it has, by its font size.

The width of a line is the sum of its glyphs' advances, with kerning, tracking and horizontal scale,
at the font sizes of its characters. Ink beyond a glyph's advance does not count, nor do text
animators. The room is:

- For a text box: its width less its insets, and its height. No word may be broken, and the last
  baseline must lie within the height.
- For point text: the distance from the layer's position to the edge of the composition, in the
  direction of the text. Centred text has twice the smaller half. A position outside the composition
  gives the whole width of the composition. Scale, rotation and parent layers are taken as they are
  at the middle of the layer's time.
"""

import math
from collections.abc import Iterator
from typing import Any

from py_aep import LineOrientation, ParagraphJustification

from intarsia.domain.functions import LARGEST_FONT, LayerAutoscale
from render_container.injection.fonts import Fonts
from render_container.injection.resolve import Fit
from render_container.injection.textmeasure import Measure, Run, read_runs

SMALLEST_FONT = 1.0  # pixels, unless minFontSize says otherwise
_STEPS = 20  # bisections, to less than a hundredth of a pixel


def fit_text(fit: Fit, params: LayerAutoscale, fonts: Fonts) -> Iterator[str]:
    """Set the largest font size at which a text fits, within limits, and yield warnings.

    The limits are `min_font_size` and `max_font_size` of `params`, in pixels. Without them, the
    size is at least SMALLEST_FONT. It is at most the current size for the type `fit`, and
    LARGEST_FONT for `fill`. Characters of several sizes keep their proportions; the limits apply to
    the largest size. Acts only while it is iterated. Raises ValueError for vertical text, and for
    point text in a layer of no width.
    """
    layer, document = fit.layer, fit.text.value
    if document.line_orientation != LineOrientation.HORIZONTAL:
        raise ValueError(f'layer "{layer.name}" has vertical text, which cannot be fitted')
    runs = read_runs(document)
    if not document.text.strip() or not runs:
        return
    measure = Measure(document, runs, fonts)
    size = max(run.size for run in runs)
    low = float(params.min_font_size or SMALLEST_FONT)
    high = float(params.max_font_size or max(low, LARGEST_FONT if params.type == "fill" else size))
    low = min(low, high)
    largest = _largest_in_box(measure, size, high)
    if largest is None:
        largest = size * _room(layer, document) / measure.widest
    # Rounded down, so that a text that just fits still does.
    wanted = math.floor(min(max(largest, low), high) * 100) / 100
    _resize(document, runs, wanted / size)
    if largest < low:
        yield f'the text of layer "{layer.name}" does not fit, even at font size {low:g}'
    for asked, used in measure.stand_ins.items():
        yield (
            f'font "{asked}" is missing; the text of layer "{layer.name}" was measured with {used}'
        )


def _largest_in_box(measure: Measure, size: float, high: float) -> float | None:
    """Return the largest font size up to `high` at which a text fits its box; None for point text.

    `size` is the text's largest current font size.
    """
    if measure.box is None:
        return None
    if measure.fits_box(high / size):
        return high
    fits, too_large = 0.0, high
    for _ in range(_STEPS):
        middle = (fits + too_large) / 2
        if measure.fits_box(middle / size):
            fits = middle
        else:
            too_large = middle
    return fits


def _room(layer: Any, document: Any) -> float:
    """Return the length of the longest line of point text that has room, in the layer's pixels."""
    comp = layer.containing_comp
    middle = (layer.in_point + layer.out_point) / 2
    start = layer.source_point_to_comp([0.0, 0.0], middle)
    ahead = layer.source_point_to_comp([1.0, 0.0], middle)
    way = ahead[0] - start[0], ahead[1] - start[1]
    if math.hypot(*way) == 0:
        raise ValueError(f'layer "{layer.name}" has no width, so its text cannot be fitted')
    size = float(comp.width), float(comp.height)
    if not all(0 <= place <= limit for place, limit in zip(start, size, strict=True)):
        return size[0] / math.hypot(*way)
    forwards = _distance(start, way, size)
    backwards = _distance(start, (-way[0], -way[1]), size)
    if document.justification == ParagraphJustification.CENTER_JUSTIFY:
        return 2 * min(forwards, backwards)
    if document.justification == ParagraphJustification.RIGHT_JUSTIFY:
        return backwards
    return forwards


def _distance(start: list[float], way: tuple[float, float], size: tuple[float, float]) -> float:
    """Return by which factor `way` must be multiplied to lead from `start` to the frame's edge.

    `way` is a vector. `size` is the width and height of the frame, whose corner is at (0, 0).
    """
    ends = [
        ((limit if step > 0 else 0.0) - place) / step
        for place, step, limit in zip(start, way, size, strict=True)
        if abs(step) > 1e-9
    ]
    return min(ends)


def _resize(document: Any, runs: list[Run], factor: float) -> None:
    for run in runs:
        characters = document.character_range(run.start, run.end)
        leading = None if characters.auto_leading else characters.leading
        characters.font_size = run.size * factor
        if leading is not None:
            characters.leading = leading * factor
