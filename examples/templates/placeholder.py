"""Slots, and their cutting plans, which show until a child's output is set into them."""

from math import cos, sin
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from examples.templates.drawing import Point
from examples.templates.palette import Colour
from examples.templates.rosette import EIGHTH, diamond, triangle

_SUPERSAMPLING = 3


def make_slot(layer: Any, name: str, start: float, length: float, corner: Point) -> None:
    """Make a placeholder's `layer` the slot `name`, for a child `length` seconds long.

    `start` is when the child's first frame shows; `corner` is where its upper left corner lies, in
    the composition's pixels. The corner stays there if the child's output has another size.
    """
    layer.name = name
    layer.transform.anchor_point.value = [0.0, 0.0, 0.0]
    layer.transform.position.value = [*corner, 0.0]
    layer.start_time = start
    layer.in_point, layer.out_point = start, start + length


def cutting_plan(
    path: Path, size: tuple[int, int], line: Colour, ground: Colour | None = None
) -> None:
    """Write a PNG of `size` pixels: a frame, and the rosette's outlines in the middle.

    Without `ground` the picture is transparent between the lines.
    """
    width, height = (side * _SUPERSAMPLING for side in size)
    image = Image.new("RGBA", (width, height), (*_bytes(line), 0))
    pen = ImageDraw.Draw(image)
    ink = (*_bytes(line), 170)
    inset = 3 * _SUPERSAMPLING
    pen.rectangle(
        [inset, inset, width - inset, height - inset], outline=ink, width=2 * _SUPERSAMPLING
    )
    reach = 0.42 * min(width, height)
    for turn in range(8):
        for outline in (diamond(reach * 0.86), triangle(reach * 0.86)):
            points = [_turned(point, turn, (width / 2, height / 2)) for point in outline]
            pen.line([*points, points[0]], fill=ink, width=round(1.5 * _SUPERSAMPLING))
    disc = [width / 2 - reach, height / 2 - reach, width / 2 + reach, height / 2 + reach]
    pen.ellipse(disc, outline=ink, width=2 * _SUPERSAMPLING)
    picture = image.resize(size, Image.Resampling.LANCZOS)
    if ground:
        picture = Image.alpha_composite(Image.new("RGBA", size, (*_bytes(ground), 255)), picture)
    picture.save(path)


def _turned(point: Point, eighths: int, centre: Point) -> Point:
    x, y = point
    c, s = cos(EIGHTH * eighths), sin(EIGHTH * eighths)
    return (centre[0] + x * c - y * s, centre[1] + x * s + y * c)


def _bytes(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = (round(part * 255) for part in colour)
    return red, green, blue
