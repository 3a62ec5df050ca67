"""Keeping secrets out of everything that the worker writes."""

import html
import json
import re
from typing import Final

from intarsia.fetching.fetch import shown
from render_container.worker.file_names import safe_name

MASK: Final = "***"
SHORT: Final = 4
"""Values of fewer characters are masked only where they stand alone, as whole words.

Anywhere else they are parts of other words; masking them would spoil the log and tell them.
"""
_PIECE: Final = 8  # characters of a part of a secret that is masked by itself
_CUT: Final = 200  # characters; messages quote no more of a value before "..."


class Redactor:
    """Masks the values it was given, in any spelling that URLs, JSON, HTML and file names know.

    Called with a text, it returns the text as it may be written.
    """

    def __init__(self) -> None:
        self._values: list[str] = []
        self._pattern: re.Pattern[str] | None = None

    def add(self, value: str) -> None:
        """Never let `value` be written from now on."""
        if not value or value in self._values:
            return
        self._values.append(value)
        self._pattern = None

    def __call__(self, text: str) -> str:
        """The text without the values."""
        if not self._values:
            return text
        if self._pattern is None:
            self._pattern = _pattern(self._values)
        # What was cut short first: masking a piece of it would leave the rest unknown.
        if "..." in text:
            text = self._without_cut(text)
        return self._pattern.sub(MASK, text)

    def _without_cut(self, text: str) -> str:
        """Mask values of which a message quotes only the beginning."""
        for value in self._values:
            # From the whole: of one like "0000" a shorter piece would be found inside it.
            for length in range(min(len(value), _CUT), SHORT - 1, -1):
                text = text.replace(f"{value[:length]}...", f"{MASK}...")
        return text


def _pattern(values: list[str]) -> re.Pattern[str]:
    forms = {form for value in values for form in _forms(value)}
    # The longest first, so that a secret inside another one leaves nothing of it.
    spelled = [_spelled(form) for form in sorted(forms, key=len, reverse=True)]
    return re.compile("|".join(spelled), re.IGNORECASE)


def _forms(value: str) -> set[str]:
    """The value and what may be left of it: its lines, and what stays of a URL when it is shown."""
    forms = {value, value.strip(), shown(value) if "://" in value else value}
    parts = [*value.splitlines(), *re.split(r"[?#@]", value), *re.split(r"[/\\]", value)]
    return {form for form in forms if form} | {part for part in parts if len(part) >= _PIECE}


def _spelled(form: str) -> str:
    pattern = "".join(map(_any_spelling, form))
    return rf"(?<!\w){pattern}(?!\w)" if len(form) < SHORT else pattern


def _any_spelling(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character  # nothing spells it in another way
    ways = {
        character,
        "".join(f"%{byte:02X}" for byte in character.encode(errors="replace")),
        json.dumps(character)[1:-1],
        html.escape(character),
        safe_name(f"a{character}a")[1:-1],
    }
    if character == " ":
        ways.add("+")
    return f"(?:{'|'.join(re.escape(way) for way in sorted(ways, key=len, reverse=True) if way)})"
