"""Findings: the result of checking one thing, and the advice for it."""

from dataclasses import dataclass

REVERT = "cdk deploy --revert-drift"
"""Command that undoes manual changes. A plain deploy of an unchanged template does nothing."""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    what: str
    said: str
    advice: str = ""
    """The recommended action; empty if none is needed."""


def finding(what: str, said: str, good: bool, advice: str) -> Finding:
    """Return a finding, with `advice` only if it is not `good`."""
    return Finding(what, said, "" if good else advice)
