"""Font names: parsing of PostScript names, and the choice of a substitute for a family."""

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
    """A font's family as returned by `plain`, its weight (100 to 900), and whether it is italic."""

    family: str
    weight: int
    italic: bool


def plain(name: str) -> str:
    """Return a font name in lower case, without characters other than letters a-z and digits."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def parse_postscript(name: str) -> FontName:
    """Parse a PostScript name like `Family-BoldItalic` or `TimesNewRomanPS-BoldMT`.

    The weight is 400 (regular) if the name has none.
    """
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
    """Split a PostScript name at its first hyphen, for the warning about a missing font.

    The style is "Regular" if the name has none.
    """
    family, _, style = name.partition("-")
    return family, style or "Regular"


def stand_in(family: str) -> str:
    """Return the bundled font family to use in place of `family`.

    Both are in the form that `plain` returns. The choice is a family with the same metrics, or
    else one of the same kind: monospaced, serif or sans-serif.
    """
    if family in _METRIC:
        return _METRIC[family]
    if any(part in family for part in _MONO):
        return "liberationmono"
    if "sans" not in family and any(part in family for part in _SERIF):
        return "liberationserif"
    return "liberationsans"
