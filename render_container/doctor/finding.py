"""Findings: the results of the doctor's checks, with their severity."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Severity of a finding. The doctor exits with 1 only if there is a PROBLEM."""

    OK = "ok"
    NOTE = "-"
    """For information only, such as a missing GPU where none is needed."""
    WARNING = "warning"
    """Renders may go wrong or be slow."""
    PROBLEM = "PROBLEM"
    """No render, or no render of one kind (such as one codec), can succeed."""


@dataclass(frozen=True)
class Finding:
    """Result of a check: one row of the doctor's report."""

    state: State
    what: str
    """Subject of the check, such as `GPU`."""
    found: str
    """Observation about the subject, such as `not installed`."""
    advice: str = ""
    """Recommended action of the operator; empty if none is needed."""
