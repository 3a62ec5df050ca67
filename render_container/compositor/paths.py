"""Conversion of `model` data to skia paths and paints; trimming and expansion of paths."""

import skia

from render_container.compositor.model import Bezier, Gradient, ShapePaint, Stroke, TrimPaths

_CAPS = {
    "butt": skia.Paint.kButt_Cap,
    "round": skia.Paint.kRound_Cap,
    "square": skia.Paint.kSquare_Cap,
}
_JOINS = {
    "miter": skia.Paint.kMiter_Join,
    "round": skia.Paint.kRound_Join,
    "bevel": skia.Paint.kBevel_Join,
}


def skia_path(curve: Bezier) -> skia.Path:
    """Return a path as a skia path; an empty one if it has no vertices."""
    path = skia.Path()
    count = len(curve.vertices)
    if not count:
        return path
    path.moveTo(*curve.vertices[0])
    for index in range(count if curve.closed else count - 1):
        after = (index + 1) % count
        (x0, y0), (x3, y3) = curve.vertices[index], curve.vertices[after]
        (ox, oy), (ix, iy) = curve.handles_out[index], curve.handles_in[after]
        if (ox, oy) == (ix, iy) == (0.0, 0.0):
            path.lineTo(x3, y3)
        else:
            path.cubicTo(x0 + ox, y0 + oy, x3 + ix, y3 + iy, x3, y3)
    if curve.closed:
        path.close()
    return path


def expanded(path: skia.Path, pixels: float) -> skia.Path:
    """Return a closed path grown by `pixels` on every side, or shrunk if `pixels` is negative."""
    if pixels == 0:
        return path
    paint = skia.Paint(Style=skia.Paint.kStroke_Style, StrokeWidth=2 * abs(pixels))
    paint.setStrokeJoin(skia.Paint.kRound_Join)
    outline = skia.Path()
    paint.getFillPath(path, outline)
    operation = skia.PathOp.kUnion_PathOp if pixels > 0 else skia.PathOp.kDifference_PathOp
    return skia.Op(path, outline, operation) or path


def trimmed(paths: list[skia.Path], trim: TrimPaths) -> list[skia.Path]:
    """Apply a Trim Paths operator: return the part of each path that it keeps.

    The results are in the order of `paths`, and empty for a path of which nothing is kept.
    """
    low, high = sorted((min(max(trim.start, 0), 1), min(max(trim.end, 0), 1)))
    if high - low >= 1:
        return paths
    spans = _spans(low + trim.offset, high + trim.offset)
    lengths = [_length(path) for path in paths]
    total = sum(lengths)
    result, before = [], 0.0
    for path, length in zip(paths, lengths, strict=True):
        kept = skia.Path()
        for first, last in spans:
            if trim.together:
                _segment(path, kept, first * length, last * length)
            else:
                _segment(path, kept, first * total - before, last * total - before)
        before += length
        result.append(kept)
    return result


def _spans(low: float, high: float) -> list[tuple[float, float]]:
    """Wrap the interval from `low` to `high` into 0 to 1; split it in two if it crosses 1."""
    shift = low // 1
    low, high = low - shift, high - shift
    return [(low, high)] if high <= 1 else [(low, 1.0), (0.0, high - 1.0)]


def _length(path: skia.Path) -> float:
    measure, total = skia.PathMeasure(path, False), 0.0
    while True:
        total += float(measure.getLength())
        if not measure.nextContour():
            return total


def _segment(path: skia.Path, into: skia.Path, first: float, last: float) -> None:
    measure = skia.PathMeasure(path, False)
    while True:
        length = float(measure.getLength())
        start, stop = max(first, 0.0), min(last, length)
        if stop > start:
            measure.getSegment(start, stop, into, True)
        first, last = first - length, last - length
        if not measure.nextContour():
            return


def stroke_paint(stroke: Stroke) -> skia.Paint:
    """Return a skia paint with a stroke's width, caps, joins and dashes, but without its colour."""
    paint = skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style)
    paint.setStrokeWidth(stroke.width)
    paint.setStrokeCap(_CAPS[stroke.cap])
    paint.setStrokeJoin(_JOINS[stroke.join])
    paint.setStrokeMiter(stroke.miter)
    if any(stroke.dashes):
        paint.setPathEffect(skia.DashPathEffect.Make(list(stroke.dashes), stroke.dash_offset))
    return paint


def shape_paint(paint: ShapePaint) -> skia.Paint:
    """Return the skia paint for a shape layer's fill or stroke."""
    result = stroke_paint(paint.stroke) if paint.stroke else skia.Paint(AntiAlias=True)
    if isinstance(paint.source, Gradient):
        result.setShader(_shader(paint.source))
        result.setAlphaf(paint.opacity)
    else:
        result.setColor4f(skia.Color4f(*paint.source, paint.opacity))
    return result


def _shader(gradient: Gradient) -> skia.Shader:
    colours = [int(skia.Color4f(*stop.colour, stop.alpha).toColor()) for stop in gradient.stops]
    offsets = [stop.offset for stop in gradient.stops]
    start, end = skia.Point(*gradient.start), skia.Point(*gradient.end)
    if not gradient.radial:
        return skia.GradientShader.MakeLinear([start, end], colours, offsets)
    radius = max(skia.Point.Distance(start, end), 1e-3)
    return skia.GradientShader.MakeRadial(start, radius, colours, offsets)
