"""Limits on a job's warnings and other messages: they keep its item below DynamoDB's 400 KB.

If all messages of a job and of its twenty pieces have their maximum length, in characters of four
bytes, they take 384,000 bytes.
"""

from collections.abc import Sequence
from typing import Final

LONGEST_REASON: Final = 4000  # characters
MOST_WARNINGS: Final = 50
LONGEST_WARNING: Final = 300  # characters
MOST_FONTS: Final = 50
LONGEST_FONT: Final = 200  # characters


def cut(text: str, longest: int) -> str:
    """Return `text`, shortened to `longest` characters if it is longer; an ellipsis marks this."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def few_warnings(told: Sequence[str]) -> list[str]:
    """Return the first MOST_WARNINGS of a job's warnings `told`, each cut to LONGEST_WARNING."""
    return few(told, MOST_WARNINGS, LONGEST_WARNING)


def few_fonts(told: Sequence[str]) -> list[str]:
    """Return the first MOST_FONTS of a job's missing fonts `told`, each cut to LONGEST_FONT."""
    return few(told, MOST_FONTS, LONGEST_FONT)


def few(told: Sequence[str], most: int, longest: int) -> list[str]:
    """Return the first `most` of the texts `told`, each cut to at most `longest` characters."""
    return [cut(text, longest) for text in told[:most]]
