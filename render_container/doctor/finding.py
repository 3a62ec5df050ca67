"""Findings of checks."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Severity of a finding. Only a problem makes the doctor fail."""

    OK = "ok"
    NOTE = "-"
    """Missing, and not needed here."""
    WARNING = "warning"
    """Renders may go wrong or slowly."""
    PROBLEM = "PROBLEM"
    """No render, or no render of one kind, can succeed."""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    state: State
    what: str
    found: str
    advice: str = ""
    """Recommended action; empty if none is needed."""
