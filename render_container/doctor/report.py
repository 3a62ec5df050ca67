"""Output of the doctor's findings, as a table or as JSON."""

import json
from collections.abc import Sequence
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from render_container.doctor.finding import Finding, State

_STYLES = {State.OK: "green", State.NOTE: "dim", State.WARNING: "yellow", State.PROBLEM: "bold red"}
NARROW = 120  # characters; width of the table if the output is no terminal, such as a log


def as_json(findings: Sequence[Finding]) -> str:
    """Return the findings as JSON. Its field `ok` is true if none of them is a problem."""
    return json.dumps(
        {
            "ok": not problems(findings),
            "findings": [
                {
                    "state": finding.state.lower(),
                    "what": finding.what,
                    "found": finding.found,
                    "advice": finding.advice or None,
                }
                for finding in findings
            ],
        },
        indent=2,
    )


def print_table(title: str, findings: Sequence[Finding], stream: TextIO) -> None:
    """Print a row for each finding, with its advice below it, and a summary.

    `title` is the name of the part that was checked.
    """
    console = Console(file=stream, width=None if stream.isatty() else NARROW, highlight=False)
    # No borders, because Windows consoles and build logs may support only ASCII.
    table = Table(box=None, show_header=False, pad_edge=False)
    for name in ("state", "what", "found"):
        table.add_column(name, overflow="fold", no_wrap=name == "state")
    for finding in findings:
        found = Text(finding.found)
        if finding.advice:
            found.append(f"\n-> {finding.advice}", style="italic")
        state = Text(finding.state, style=_STYLES[finding.state])
        table.add_row(state, Text(finding.what), found)
    console.print(f"intarsia-worker doctor: {title}\n", markup=False)
    console.print(table)
    console.print(f"\n{summary(findings)}", markup=False)


def summary(findings: Sequence[Finding]) -> str:
    """Return the last sentence of the report: the number of problems, or else of warnings."""
    bad = len(problems(findings))
    warned = sum(finding.state is State.WARNING for finding in findings)
    if bad:
        return f"{bad} problem{'s' * (bad != 1)}: renders will fail."
    if warned:
        return f"No problems, {warned} warning{'s' * (warned != 1)}."
    return "All checks passed."


def problems(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that are problems, because of which the doctor exits with 1."""
    return [finding for finding in findings if finding.state is State.PROBLEM]
