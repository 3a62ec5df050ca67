"""Filling of a JSON job template with the cells of a CSV row."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

PLACEHOLDER = re.compile(r"\\(?P<literal>\$\{)|\$\{(?P<name>[^{}]*)\}")
"""Pattern of `${name}` (group `name`), and of an escaped `\\${` (group `literal`)."""
NOT_COLUMNS = ("secret.", "secrets.", "templates.")
"""Beginnings of names of placeholders that are no columns: the server or the command fills them
later."""


class FillError(Exception):
    """Error for a placeholder that a row cannot fill; the message has its path in the template."""


def fill(template: Any, cells: Mapping[str, str]) -> Any:
    """Return a JSON job template with each `${column}` in its strings replaced by the row's cell.

    `cells` has the cells by column name. A string that consists of `${column:number}` or
    `${column:bool}` becomes that JSON value. Placeholders in cells are not replaced. `\\${` stands
    for a plain `${`. Names of fields are not changed. Raises FillError for a missing cell, or one
    that is not of the type.
    """
    return _filled(template, cells, "")


def columns_of(template: Any) -> dict[str, str]:
    """Return the CSV columns that a JSON job template uses, each with the path of its first use."""
    found: dict[str, str] = {}
    for where, text in _strings(template, ""):
        for match in PLACEHOLDER.finditer(text):
            if match["name"] is not None and not match["name"].startswith(NOT_COLUMNS):
                found.setdefault(_column(match["name"])[0], where)
    return found


def _filled(value: Any, cells: Mapping[str, str], where: str) -> Any:
    if isinstance(value, str):
        return _filled_text(value, cells, where)
    if isinstance(value, dict):
        return {
            name: _filled(each, cells, f"{where}.{name}" if where else name)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_filled(each, cells, f"{where}[{index}]") for index, each in enumerate(value)]
    return value


def _filled_text(text: str, cells: Mapping[str, str], where: str) -> Any:
    def cell(match: re.Match[str]) -> str:
        if match["literal"]:
            return match["literal"]
        if match["name"].startswith(NOT_COLUMNS):
            return match[0]
        column, kind = _column(match["name"])
        if kind:
            raise FillError(
                f"{where}: {match[0]} must be the whole string; a {kind} cannot be part of a text"
            )
        return _cell(cells, column, where)

    alone = PLACEHOLDER.fullmatch(text)
    if alone and alone["name"] is not None:
        column, kind = _column(alone["name"])
        if kind:
            return _KINDS[kind](_cell(cells, column, where), f"{where}: column {column!r}")
    return PLACEHOLDER.sub(cell, text)


def _column(name: str) -> tuple[str, str | None]:
    column, colon, kind = name.rpartition(":")
    return (column, kind) if colon and kind in _KINDS else (name, None)


def _cell(cells: Mapping[str, str], column: str, where: str) -> str:
    if column not in cells:
        raise FillError(f"{where}: the row has no cell in column {column!r}")
    return cells[column]


def _number(text: str, where: str) -> int | float:
    try:
        value = json.loads(text, parse_constant=lambda _: None)
    except ValueError:
        value = None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) == float("inf"):
        raise FillError(f"{where} must be a number such as 12 or 0.5, not {text!r}")
    return value


def _bool(text: str, where: str) -> bool:
    known = {"true": True, "false": False}
    if text.strip().lower() not in known:
        raise FillError(f"{where} must be true or false, not {text!r}")
    return known[text.strip().lower()]


_KINDS: dict[str, Callable[[str, str], int | float | bool]] = {"number": _number, "bool": _bool}


def _strings(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _strings(each, f"{where}.{name}" if where else name)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _strings(each, f"{where}[{index}]")
