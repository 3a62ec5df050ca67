"""Rows of a CSV file, and the jobs made from them."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intarsia.cli.exits import InputError
from intarsia.cli.filling import FillError, columns_of, fill

ERRORS_SHOWN = 20


@dataclass(frozen=True)
class Row:
    """One row of a CSV file: the line where it begins, and its cells by column name."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Variant:
    """A job's request body, and the line of the CSV file from which it is made."""

    line: int
    job: Any


def read_rows(path: Path, delimiter: str = ",") -> tuple[list[str], list[Row]]:
    """Return the column names and rows of a UTF-8 CSV file whose first line names the columns.

    Empty lines are left out. Raises InputError if the file cannot be read or is invalid. The
    message names the file and, if one is wrong, the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            records = list(_records(csv.reader(file, delimiter=delimiter, strict=True)))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: not CSV in UTF-8: {error}") from None
    if len(records) < 2:
        raise InputError(f"{path}: must have a line of column names and at least one row")
    columns = [name.strip() for name in records[0][1]]
    if "" in columns or len(set(columns)) < len(columns):
        raise InputError(f"{path} line 1: column names must be present and unique")
    for line, cells in records[1:]:
        if len(cells) > len(columns):
            raise InputError(f"{path} line {line}: {len(cells)} cells for {len(columns)} columns")
    # A short row lacks its last columns, which is an error only if the template needs them.
    rows = [Row(line, dict(zip(columns, cells, strict=False))) for line, cells in records[1:]]
    return columns, rows


def variants(path: Path, template: Any, columns: Sequence[str], rows: list[Row]) -> list[Variant]:
    """Return a job for each row: the JSON job template `template`, filled with the row's cells.

    `path` is the CSV file, for messages, and `columns` its column names. Raises InputError if the
    template uses another column, or if rows cannot be filled. The message lists at most
    ERRORS_SHOWN rows.
    """
    for column, where in columns_of(template).items():
        if column not in columns:
            known = ", ".join(columns)
            raise InputError(
                f"{path} line 1: no column {column!r}, which the template uses in {where}; "
                f"columns: {known}"
            )
    made, problems = [], []
    for row in rows:
        try:
            made.append(Variant(row.line, fill(template, row.cells)))
        except FillError as error:
            problems.append(f"line {row.line}: {error}")
    if problems:
        more = len(problems) - ERRORS_SHOWN
        shown = problems[:ERRORS_SHOWN] + ([f"and {more} more"] if more > 0 else [])
        raise InputError("\n  ".join([f"{path}: invalid rows; nothing was sent", *shown]))
    return made


def _records(reader: Any) -> Iterator[tuple[int, list[str]]]:
    # A quoted cell may span lines, so a record begins after the end of the previous one.
    begin = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begin, cells
        begin = reader.line_num + 1
