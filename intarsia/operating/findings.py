"""Findings: the result of checking one thing, and the advice for it."""

from dataclasses import dataclass

REVERT = "cdk deploy --revert-drift"
"""Command that undoes manual changes to the stack.

Without the option, deploying an unchanged CloudFormation template would do nothing.
"""


@dataclass(frozen=True)
class Finding:
    """One line of the report: `what` is the checked thing, `said` is the result."""

    what: str
    said: str
    advice: str = ""
    """The recommended action; empty if none is needed."""


def finding(what: str, said: str, good: bool, advice: str) -> Finding:
    """Return a finding; `good` means that the result needs no action, so `advice` is left out."""
    return Finding(what, said, "" if good else advice)
