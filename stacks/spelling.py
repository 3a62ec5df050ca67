"""Parsers of settings from the command line, where all values are text."""

import json
from typing import Any


def spelled(value: Any) -> Any:
    """Parse text into a list or object: JSON, or for a list its entries separated by commas.

    Return anything else, and invalid JSON, unchanged.
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.startswith(("[", "{")):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return value  # pydantic rejects the text itself
    return [part.strip() for part in text.split(",") if part.strip()]


def numeral(value: Any) -> Any:
    """Parse a whole number from text; return anything else unchanged."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value
