"""Colours in requests: an array of numbers from 0 to 1, or a hexadecimal text (`#rrggbb`)."""

import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_WANTED = "[red, green, blue] with numbers from 0 to 1, or #rrggbb"


def from_hex(text: str) -> list[float] | None:
    """Return red, green, blue and (if given) alpha of a hexadecimal colour, each from 0 to 1.

    Returns None unless `text` is `#rgb`, `#rgba`, `#rrggbb` or `#rrggbbaa`.
    """
    if not _HEX.fullmatch(text):
        return None
    digits = text[1:]
    if len(digits) in (3, 4):
        digits = "".join(2 * digit for digit in digits)
    return [int(digits[at : at + 2], 16) / 255 for at in range(0, len(digits), 2)]


def _color(value: object) -> object:
    found = from_hex(value) if isinstance(value, str) else value
    if not isinstance(found, list | tuple) or len(found) not in (3, 4):
        raise ValueError(f"must be {_WANTED}")
    if any(isinstance(part, bool) or not isinstance(part, int | float) for part in found):
        raise ValueError(f"must be {_WANTED}")
    if not all(0 <= part <= 1 for part in found):
        hint = "; divide by 255" if all(0 <= part <= 255 for part in found) else ""
        raise ValueError(f"must be {_WANTED}{hint}")
    return [float(part) for part in found[:3]]


_NUMBERS = {"type": "number", "minimum": 0, "maximum": 1}
_SCHEMA = {
    "anyOf": [
        {"type": "array", "items": _NUMBERS, "minItems": 3, "maxItems": 4},
        {"type": "string", "pattern": f"^(?:{_HEX.pattern})$"},
    ]
}

Color = Annotated[list[float], BeforeValidator(_color), WithJsonSchema(_SCHEMA)]
"""Red, green and blue from 0 to 1. A given alpha is dropped: text and solids have none."""
