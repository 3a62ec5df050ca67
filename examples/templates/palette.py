"""The workshop's woods, as display colours, and the typefaces.

Colours are `[red, green, blue]` from 0 to 1, in sRGB, as After Effects shows them.
Fonts are PostScript names.
"""

Colour = list[float]


def _hex(code: str) -> Colour:
    return [round(int(code[i : i + 2], 16) / 255, 4) for i in (0, 2, 4)]


EBONY = _hex("17110d")
WENGE = _hex("2b1d15")
WALNUT = _hex("5a3923")
MAHOGANY = _hex("7d3f25")
CHERRY = _hex("a8592f")
OAK = _hex("c79a5f")
MAPLE = _hex("ecd5ab")
HOLLY = _hex("f7ecd6")
VERDIGRIS = _hex("1f5f5b")  # dyed veneer: the one accent
VERDIGRIS_LIGHT = _hex("3d8a82")

SERIF_BOLD = "LiberationSerif-Bold"
SANS = "LiberationSans"
SANS_BOLD = "LiberationSans-Bold"


def shade(colour: Colour, factor: float) -> Colour:
    """Return `colour` darkened (factor < 1) or lightened (factor > 1), clipped to 0..1."""
    return [round(min(1.0, part * factor), 4) for part in colour]
