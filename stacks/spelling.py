"""Parsers of settings from the CDK's command line, where all values are text."""

import json
from typing import Any


def spelled(value: Any) -> Any:
    """Return the list or object that the text `value` contains.

    The text is JSON, or the entries of a list separated by commas. Invalid JSON, and a value that
    is no text, are returned unchanged.
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
    """Return the whole number that the text `value` contains; return other values unchanged."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value
