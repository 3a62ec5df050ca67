"""What a look at one thing says, and what to do about it."""

from dataclasses import dataclass

REVERT = "cdk deploy --revert-drift"
"""What undoes a change by hand. A plain deploy of a template that is unchanged does nothing."""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    what: str
    said: str
    advice: str = ""
    """What to do; empty: nothing, it is well."""


def finding(what: str, said: str, good: bool, advice: str) -> Finding:
    """A finding whose advice only matters if it is not good."""
    return Finding(what, said, "" if good else advice)
