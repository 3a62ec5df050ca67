"""Masking of secrets in everything that the worker writes."""

import html
import json
import re
from typing import Final

from intarsia.fetching.fetch import shown
from render_container.worker.file_names import safe_name

MASK: Final = "***"
SHORT: Final = 4
"""Length below which a secret is masked only where it is a whole word, in characters.

Within longer words a short secret occurs by chance. Masking it there would make the log unreadable
and reveal the secret.
"""
_PIECE: Final = 8  # characters; shorter parts of a secret are not masked by themselves
_CUT: Final = 200  # characters; messages quote at most this much of a value before "..."


class Redactor:
    """Callable that masks registered values in a text.

    Also masks the spellings of the values in URLs, JSON, HTML and file names, without regard to
    case.
    """

    def __init__(self) -> None:
        self._values: list[str] = []
        self._pattern: re.Pattern[str] | None = None

    def add(self, value: str) -> None:
        """Register `value`, to be masked from now on. Does nothing if it is empty."""
        if not value or value in self._values:
            return
        self._values.append(value)
        self._pattern = None

    def __call__(self, text: str) -> str:
        """Return the text with all registered values masked."""
        if not self._values:
            return text
        if self._pattern is None:
            self._pattern = _pattern(self._values)
        # Shortened values first: masking a part of one would make the rest unrecognisable.
        if "..." in text:
            text = self._without_cut(text)
        return self._pattern.sub(MASK, text)

    def _without_cut(self, text: str) -> str:
        """Mask values of which a message quotes only the beginning, followed by "..."."""
        for value in self._values:
            # Longest first: a short prefix of a value like "0000" also matches within a long one.
            for length in range(min(len(value), _CUT), SHORT - 1, -1):
                text = text.replace(f"{value[:length]}...", f"{MASK}...")
        return text


def _pattern(values: list[str]) -> re.Pattern[str]:
    forms = {form for value in values for form in _forms(value)}
    # Longest first: masking a secret within another one would leave parts of the other.
    spelled = [_spelled(form) for form in sorted(forms, key=len, reverse=True)]
    return re.compile("|".join(spelled), re.IGNORECASE)


def _forms(value: str) -> set[str]:
    """Return the value and the parts of it that messages may contain.

    These are its lines and its parts between URL and path separators. A URL is included without
    user, password, query and fragment too, as `shown` writes it.
    """
    forms = {value, value.strip(), shown(value) if "://" in value else value}
    parts = [*value.splitlines(), *re.split(r"[?#@]", value), *re.split(r"[/\\]", value)]
    return {form for form in forms if form} | {part for part in parts if len(part) >= _PIECE}


def _spelled(form: str) -> str:
    pattern = "".join(map(_any_spelling, form))
    return rf"(?<!\w){pattern}(?!\w)" if len(form) < SHORT else pattern


def _any_spelling(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character  # no encoder changes it
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
