"""Decoding of request bodies, which are strict JSON; errors give the path of each violation."""

import json
import math
from collections.abc import Iterator
from typing import Any

from intarsia.domain.errors import Problem, RequestError

BODY_LIMIT = 5 * 1024 * 1024  # bytes; below Lambda's 6 MB, of which base64 or headers take a part
NESTING_LIMIT = 64  # levels of JSON


class _Lie(str):
    """Placeholder in a decoded body for a value that strict JSON does not allow.

    Its text is the error message.
    """

    __slots__ = ()


def parse_json(text: str) -> Any:
    """Return the decoded value of a request body of strict JSON.

    Raises RequestError if `text` is invalid JSON, or has more than NESTING_LIMIT levels or
    BODY_LIMIT bytes. Also raises it for NaN, infinite numbers, duplicate keys and lone surrogates,
    with the path of each.
    """
    if len(text.encode("utf-8", errors="surrogatepass")) > BODY_LIMIT:
        raise RequestError([Problem("", f"body is larger than {BODY_LIMIT} bytes")])
    lies: list[_Lie] = []
    body = _decoded(text, lies)
    if _depth(body) > NESTING_LIMIT:
        raise RequestError([Problem("", f"body is nested deeper than {NESTING_LIMIT} levels")])
    if lies or not _is_text(json.dumps(body, ensure_ascii=False)):
        raise RequestError([Problem(path, message) for path, message in _lies(body, "")])
    return body


def _decoded(text: str, lies: list[_Lie]) -> Any:
    def lie(message: str) -> _Lie:
        lies.append(_Lie(message))
        return lies[-1]

    def number(digits: str) -> float | _Lie:
        value = float(digits)
        return value if math.isfinite(value) else lie("is too large; use a finite number")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in pairs:
            result[key] = lie("is a duplicate key; give each key once") if key in result else value
        return result

    try:
        return json.loads(
            text,
            parse_constant=lambda name: lie(
                f"is {name}, which is not a JSON number; use a number or null"
            ),
            parse_float=number,
            object_pairs_hook=unique,
        )
    except RecursionError:
        raise RequestError(
            [Problem("", f"body is nested deeper than {NESTING_LIMIT} levels")]
        ) from None
    except ValueError as error:
        raise RequestError([Problem("", f"body is not valid JSON: {error}")]) from None


def _lies(value: Any, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case _Lie():
            yield path, str(value)
        case str() if not _is_text(value):
            yield path, "contains a lone surrogate; use valid Unicode text"
        case list():
            for index, item in enumerate(value):
                yield from _lies(item, f"{path}[{index}]")
        case dict():
            for key, item in value.items():
                if _is_text(key):
                    yield from _lies(item, f"{path}.{key}" if path else key)
                else:
                    yield path, "has a key with a lone surrogate; use valid Unicode text"


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _depth(body: Any) -> int:
    deepest, level = 0, [body]
    while level:
        deepest += 1
        level = [
            child
            for value in level
            if isinstance(value, dict | list)
            for child in (value.values() if isinstance(value, dict) else value)
        ]
    return deepest
