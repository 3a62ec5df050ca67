"""Vector drawing of text and shape layers with skia, in layer pixels."""

from __future__ import annotations

import skia

from render_container.compositor import paths
from render_container.compositor.model import (
    Bezier,
    Colour,
    ShapeGroup,
    ShapePaint,
    TrimPaths,
)
from render_container.compositor.textlayout import TextLayout
from render_container.compositor.textshape import Glyph
from render_container.compositor.textstyle import CharStyle

_FAUX_ITALIC = -0.2126  # tan(12 degrees), to the right
_FAUX_BOLD_STROKE = 0.027  # ems


def record_text(layout: TextLayout) -> skia.Picture:
    """Return a recording of a text's filled and stroked glyphs, in layer pixels.

    It has no resolution: played back on a canvas with any matrix, it stays sharp.
    """
    groups: list[tuple[CharStyle, skia.Path]] = []
    for glyph in layout.glyphs:
        if not groups or groups[-1][0] != glyph.style:
            groups.append((glyph.style, skia.Path()))
        _add_glyph(groups[-1][1], glyph)
    bounds = skia.Rect.MakeEmpty()
    for style, path in groups:
        grow = style.stroke_width + style.size * _FAUX_BOLD_STROKE
        bounds.join(path.getBounds().makeOutset(grow, grow))
    recorder = skia.PictureRecorder()
    canvas = recorder.beginRecording(bounds)
    for style, path in groups:
        _draw_run(canvas, style, path)
    return recorder.finishRecordingAsPicture()


def _add_glyph(path: skia.Path, glyph: Glyph) -> None:
    outline = glyph.face.outlines.getPath(glyph.glyph)
    if outline is None or outline.isEmpty():
        return
    style = glyph.style
    scale = style.size / glyph.face.units
    matrix = skia.Matrix.Translate(glyph.x, glyph.y)
    matrix.preScale(scale * style.horizontal, scale * style.vertical)
    if style.faux_italic:
        matrix.preSkew(_FAUX_ITALIC, 0)
    path.addPath(outline, matrix)


def _draw_run(canvas: skia.Canvas, style: CharStyle, path: skia.Path) -> None:
    inks = []
    if style.fill is not None:
        fill = skia.Paint(AntiAlias=True, Color4f=skia.Color4f(*style.fill, 1.0))
        if style.faux_bold:
            fill.setStyle(skia.Paint.kStrokeAndFill_Style)
            fill.setStrokeWidth(style.size * _FAUX_BOLD_STROKE)
        inks.append(fill)
    if style.stroke is not None and style.stroke_width > 0:
        stroke = skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style)
        stroke.setColor4f(skia.Color4f(*style.stroke, 1.0))
        stroke.setStrokeWidth(style.stroke_width)
        stroke.setStrokeJoin(skia.Paint.kMiter_Join)
        inks.append(stroke)
    for paint in inks if style.stroke_over else reversed(inks):
        canvas.drawPath(path, paint)


def record_shapes(group: ShapeGroup) -> skia.Picture:
    """Return a recording of a shape layer's fills and strokes, in layer pixels.

    It has no resolution: played back on a canvas with any matrix, it stays sharp.
    """
    recorder = skia.PictureRecorder()
    far = 1e6
    canvas = recorder.beginRecording(skia.Rect.MakeLTRB(-far, -far, far, far))
    _draw_group(canvas, group)
    return recorder.finishRecordingAsPicture()


def _draw_group(canvas: skia.Canvas, group: ShapeGroup) -> None:
    """Draw a group of a shape layer, including the groups in it.

    A paint (fill or stroke) applies to all paths before it in the group's list. It is drawn under
    the paints before it, unless its composite order is Above Previous.
    """
    canvas.save()
    canvas.concat(skia.Matrix.MakeAll(*group.matrix))
    if group.opacity < 1:
        canvas.saveLayerAlpha(None, round(group.opacity * 255))
    collected: list[skia.Path] = []
    steps: list[tuple[bool, object]] = []
    for item in group.items:
        if isinstance(item, Bezier):
            collected.append(paths.skia_path(item))
        elif isinstance(item, TrimPaths):
            collected = paths.trimmed(collected, item)
        elif isinstance(item, ShapePaint):
            steps.append((item.below, (item, list(collected))))
        else:
            steps.append((True, item))
            collected += _paths_of(item)
    for step in _draw_order(steps):
        if isinstance(step, ShapeGroup):
            _draw_group(canvas, step)
        elif isinstance(step, tuple):
            _draw_paint(canvas, *step)
    if group.opacity < 1:
        canvas.restore()
    canvas.restore()


def _draw_order(steps: list[tuple[bool, object]]) -> list[object]:
    """Return the steps in the order of drawing, bottom to top.

    Each pair is (below, step): if `below` is True, the step is drawn under all steps before it in
    the list, else over them.
    """
    order: list[object] = []
    for below, step in steps:
        order.insert(0 if below else len(order), step)
    return order


def _paths_of(group: ShapeGroup) -> list[skia.Path]:
    """Return all paths of a group, including the groups in it, in its parent group's space."""
    collected: list[skia.Path] = []
    for item in group.items:
        if isinstance(item, Bezier):
            collected.append(paths.skia_path(item))
        elif isinstance(item, TrimPaths):
            collected = paths.trimmed(collected, item)
        elif isinstance(item, ShapeGroup):
            collected += _paths_of(item)
    matrix = skia.Matrix.MakeAll(*group.matrix)
    return [_transformed(path, matrix) for path in collected]


def _transformed(path: skia.Path, matrix: skia.Matrix) -> skia.Path:
    result = skia.Path()
    path.transform(matrix, result)
    return result


def _draw_paint(canvas: skia.Canvas, paint: ShapePaint, members: list[skia.Path]) -> None:
    if paint.stroke is not None and paint.stroke.width <= 0:
        return
    whole = skia.Path()
    for path in members:
        whole.addPath(path)
    if paint.even_odd:
        whole.setFillType(skia.PathFillType.kEvenOdd)
    canvas.drawPath(whole, paths.shape_paint(paint))


def solid_paint(colour: Colour, opacity: float) -> skia.Paint:
    """Return an antialiased skia paint of one colour; `opacity` is from 0 to 1."""
    return skia.Paint(AntiAlias=True, Color4f=skia.Color4f(*colour, opacity))
