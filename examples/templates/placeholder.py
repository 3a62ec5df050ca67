"""What a slot shows until a child's output is set into it: the cutting plan of a missing piece."""

from pathlib import Path

from PIL import Image, ImageDraw

from examples.templates.palette import Colour

_SUPERSAMPLING = 3


def cutting_plan(
    path: Path, size: tuple[int, int], line: Colour, ground: Colour | None = None
) -> None:
    """Write a PNG of `size` pixels: a frame, its diagonals, a diamond in the middle.

    Without `ground` the picture is transparent between the lines.
    """
    width, height = (side * _SUPERSAMPLING for side in size)
    back = (*_bytes(ground), 255) if ground else (*_bytes(line), 0)
    image = Image.new("RGBA", (width, height), back)
    pen = ImageDraw.Draw(image)
    ink = (*_bytes(line), 150)
    inset, weight = 6 * _SUPERSAMPLING, 2 * _SUPERSAMPLING
    right, bottom = width - inset, height - inset
    pen.line([(inset, inset), (right, bottom)], fill=ink, width=_SUPERSAMPLING)
    pen.line([(inset, bottom), (right, inset)], fill=ink, width=_SUPERSAMPLING)
    pen.rectangle([inset, inset, right, bottom], outline=ink, width=weight)
    x, y, reach = width / 2, height / 2, min(width, height) / 4
    corners = [(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y), (x, y - reach)]
    pen.line(corners, fill=ink, width=weight, joint="curve")
    image.resize(size, Image.Resampling.LANCZOS).save(path)


def _bytes(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = (round(part * 255) for part in colour)
    return red, green, blue
