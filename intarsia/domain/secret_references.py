"""References to secrets in a job: `${secrets.NAME}`, or `${secret.NAME}` from older clients.

A name has 1 to 128 of the characters `A-Z a-z 0-9 _ . -`. A reference with any other name is
plain text.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

NAME_PATTERN = r"[A-Za-z0-9_.-]{1,128}"

_REFERENCE = re.compile(r"\$\{secrets?\.(" + NAME_PATTERN + r")\}")


def references_in(value: Any) -> set[str]:
    """Return the names of all secrets to which the strings of a JSON value refer.

    Object keys are not searched.
    """
    return {match[1] for text in _strings(value) for match in _REFERENCE.finditer(text)}


def resolved(value: Any, secret: Callable[[str], str]) -> Any:
    """Return a copy of a JSON value in which all references are replaced by the secrets' values.

    `secret` returns the value of the secret with a given name. It is called once per name, and its
    errors propagate. Object keys are not changed. Inserted values are not searched again, so a
    secret cannot refer to another one.
    """
    return _replaced(value, {name: secret(name) for name in sorted(references_in(value))})


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _strings(child)


def _replaced(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _REFERENCE.sub(lambda match: values[match[1]], value)
    if isinstance(value, list):
        return [_replaced(child, values) for child in value]
    if isinstance(value, dict):
        return {key: _replaced(child, values) for key, child in value.items()}
    return value
