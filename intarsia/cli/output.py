"""Output of the `intarsia` command: text for people, or JSON alone on stdout."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

out = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

WIDE = 1000
"""Width of a table in characters if stdout is not a terminal, so that no text is cut for another
program."""

HARMLESS = frozenset("\n\t\u200c\u200d")
"""Control and format characters that `clean` keeps: line ends, tabs, the joiners of scripts and
emoji."""

COLOURS = {
    "pending": "grey58",
    "queued": "yellow",
    "processing": "cyan",
    "uploaded": "green",
    "finished": "green",
    "error": "red",
    "manually_cancelled": "magenta",
}
"""Colours of the statuses of jobs and templates."""


def clean(value: object) -> str:
    """Return `value` as text without characters that could control a terminal or reverse its lines.

    Each of them is replaced by U+FFFD.
    """
    return "".join(
        mark if mark in HARMLESS or unicodedata.category(mark) not in {"Cc", "Cf"} else "�"
        for mark in str(value)
    )


def styled(value: object, style: str = "") -> Text:
    """Return `value` as cleaned text in a Rich style. It is never parsed as markup."""
    return Text(clean(value), style=style)


def say(message: object, style: str = "") -> None:
    """Print a message on stdout. Its lines are not wrapped, so that it can be copied."""
    out.print(styled(message, style), soft_wrap=True)


def note(message: object, style: str = "") -> None:
    """Print a message that is not part of the result, on stderr."""
    errors.print(styled(message, style), soft_wrap=True)


def fail(message: object) -> None:
    """Print an error message on stderr."""
    errors.print(Text("error: ", style="red").append(styled(message, "not red")), soft_wrap=True)


def print_json(value: Any) -> None:
    """Print a value as JSON on stdout. With --json, commands print nothing else there."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    # Not through rich: it would break lines and colour them.
    sys.stdout.write(text + "\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[object | Text]]) -> None:
    """Print `rows` under the headings `columns` on stdout. The last column gets the spare width."""
    drawn = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):
        drawn.add_column(column, no_wrap=number < len(columns) - 1, overflow="fold")
    for row in rows:
        drawn.add_row(*(cell if isinstance(cell, Text) else styled(cell) for cell in row))
    show(drawn)


def fields(pairs: Iterable[tuple[str, object]]) -> None:
    """Print pairs of a name and a value on stdout. Pairs without a value are left out.

    Values that count as none are None, an empty text and an empty tuple.
    """
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in pairs:
        if value not in (None, "", ()):
            grid.add_row(name, value if isinstance(value, Text) else styled(value))
    show(grid)


def show(drawn: Table) -> None:
    """Print a table as wide as the terminal, or WIDE characters if stdout is not a terminal."""
    if out.is_terminal:
        out.print(drawn)
        return
    text = StringIO()
    Console(file=text, width=WIDE).print(drawn)
    sys.stdout.writelines(line.rstrip() + "\n" for line in text.getvalue().splitlines())


def when(moment: datetime | None) -> str:
    """Return a moment in local time, such as `2026-05-14 12:00`; an empty text for None."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M") if moment else ""


def briefly(moment: datetime | None) -> str:
    """Return a moment of this year as `05-14 12:00`, another one as `2025-05-14`, in local time.

    Returns an empty text for None.
    """
    if moment is None:
        return ""
    local = moment.astimezone()
    this_year = local.year == datetime.now(local.tzinfo).year
    return local.strftime("%m-%d %H:%M" if this_year else "%Y-%m-%d")


def status(name: str) -> Text:
    """Return the name of a job's or template's status in its colour, for display.

    `manually_cancelled` is shown as `cancelled`.
    """
    known = name if name in COLOURS else "processing"
    shown = "cancelled" if name == "manually_cancelled" else name
    return styled(shown, COLOURS[known])
