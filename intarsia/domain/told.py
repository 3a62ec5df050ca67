"""What is told of a job stands in its item, which DynamoDB bounds at 400 KB.

All at their longest, in letters of four bytes, with those of twenty pieces: 384,000 bytes.
"""

from collections.abc import Sequence
from typing import Final

LONGEST_REASON: Final = 4000  # characters
MOST_WARNINGS: Final = 50
LONGEST_WARNING: Final = 300  # characters
MOST_FONTS: Final = 50
LONGEST_FONT: Final = 200  # characters


def cut(text: str, longest: int) -> str:
    """A text of at most `longest` characters; what was cut off shows as an ellipsis."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def few_warnings(told: Sequence[str]) -> list[str]:
    """What a job keeps of its warnings."""
    return few(told, MOST_WARNINGS, LONGEST_WARNING)


def few_fonts(told: Sequence[str]) -> list[str]:
    """What a job keeps of the fonts that are missing."""
    return few(told, MOST_FONTS, LONGEST_FONT)


def few(told: Sequence[str], most: int, longest: int) -> list[str]:
    """The first `most` texts, each of at most `longest` characters."""
    return [cut(text, longest) for text in told[:most]]
