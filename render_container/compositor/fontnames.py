"""Font names: parsing of PostScript names, and the choice of substitute families."""

import re
from dataclasses import dataclass

_WEIGHTS = {
    "thin": 100, "hairline": 100, "extralight": 200, "ultralight": 200, "light": 300,
    "regular": 400, "roman": 400, "normal": 400, "book": 400, "medium": 500,
    "semibold": 600, "demibold": 600, "demi": 600, "bold": 700, "extrabold": 800,
    "ultrabold": 800, "heavy": 900, "black": 900,
}  # fmt: skip
_STYLE = re.compile(
    "(" + "|".join(sorted(_WEIGHTS, key=len, reverse=True)) + "|italic|oblique|ital|it)", re.I
)

# Families with the metrics of a bundled one (source: fontconfig's 30-metric-aliases).
_METRIC = {
    "timesnewroman": "liberationserif",
    "timesnewromanps": "liberationserif",
    "times": "liberationserif",
    "tinos": "liberationserif",
    "arial": "liberationsans",
    "helvetica": "liberationsans",
    "helveticaneue": "liberationsans",
    "arimo": "liberationsans",
    "couriernew": "liberationmono",
    "couriernewps": "liberationmono",
    "courier": "liberationmono",
    "cousine": "liberationmono",
}
_SERIF = ("serif", "georgia", "garamond", "minion", "cambria", "palatino", "baskerville",
          "bodoni", "caslon", "century", "playfair", "merriweather", "lora", "didot")  # fmt: skip
_MONO = ("mono", "consolas", "menlo", "monaco", "code", "typewriter", "courier", "inconsolata")


@dataclass(frozen=True)
class FontName:
    """A font's family (lower case, letters and digits only), weight and slant."""

    family: str
    weight: int
    italic: bool


def plain(name: str) -> str:
    """Return a name in lower case, letters a to z and digits only."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def parse_postscript(name: str) -> FontName:
    """Parse a PostScript name like `Family-BoldItalic` or `TimesNewRomanPS-BoldMT`."""
    family, _, style = name.partition("-")
    if style.endswith("MT"):
        style = style[:-2]
    elif not style and family.endswith("MT"):
        family = family[:-2]
    words = [word.lower() for word in _STYLE.findall(style)]
    weights = [_WEIGHTS[word] for word in words if word in _WEIGHTS]
    italic = any(word not in _WEIGHTS for word in words)
    return FontName(plain(family), weights[0] if weights else 400, italic)


def family_and_style(name: str) -> tuple[str, str]:
    """Return the family and style of a PostScript name for the missing-font warning."""
    family, _, style = name.partition("-")
    return family, style or "Regular"


def stand_in(family: str) -> str:
    """Return the bundled family that is closest to a family name made `plain`."""
    if family in _METRIC:
        return _METRIC[family]
    if any(part in family for part in _MONO):
        return "liberationmono"
    if "sans" not in family and any(part in family for part in _SERIF):
        return "liberationserif"
    return "liberationsans"
