"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How good that is. Only a problem makes the doctor fail."""

    OK = "ok"
    NOTE = "-"
    """Not there, and not needed here."""
    WARNING = "warning"
    """Renders may go wrong or slowly."""
    PROBLEM = "PROBLEM"
    """No render, or none of a kind, can succeed."""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    state: State
    what: str
    found: str
    advice: str = ""
    """What to do; empty when all is well."""
