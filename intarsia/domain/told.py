"""Limits on a job's messages, which keep its item below DynamoDB's limit of 400 KB.

If all are at their longest, in characters of four bytes, and those of twenty pieces as well, they
have 384,000 bytes.
"""

from collections.abc import Sequence
from typing import Final

LONGEST_REASON: Final = 4000  # characters
MOST_WARNINGS: Final = 50
LONGEST_WARNING: Final = 300  # characters
MOST_FONTS: Final = 50
LONGEST_FONT: Final = 200  # characters


def cut(text: str, longest: int) -> str:
    """Return `text` in at most `longest` characters; an ellipsis marks a cut."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def few_warnings(told: Sequence[str]) -> list[str]:
    """Return the warnings that a job stores: the first MOST_WARNINGS, cut to LONGEST_WARNING."""
    return few(told, MOST_WARNINGS, LONGEST_WARNING)


def few_fonts(told: Sequence[str]) -> list[str]:
    """Return the missing fonts that a job stores: the first MOST_FONTS, cut to LONGEST_FONT."""
    return few(told, MOST_FONTS, LONGEST_FONT)


def few(told: Sequence[str], most: int, longest: int) -> list[str]:
    """Return the first `most` texts, each cut to at most `longest` characters."""
    return [cut(text, longest) for text in told[:most]]
