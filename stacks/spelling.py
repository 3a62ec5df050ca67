"""Settings as the command line spells them: everything is text there."""

import json
from typing import Any


def spelled(value: Any) -> Any:
    """A list or an object from text: JSON, or for a list its entries with commas between."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.startswith(("[", "{")):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return value  # refused as what it is
    return [part.strip() for part in text.split(",") if part.strip()]


def numeral(value: Any) -> Any:
    """A whole number from text."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value
