"""Errors of plans that cannot be carried out."""

from collections.abc import Sequence

from intarsia.domain.errors import IntarsiaError, Problem

LISTED = 20  # problems that a message lists


class InjectionError(IntarsiaError):
    """Failure to carry out a plan. No project file has been changed.

    `problems` has all problems; the message lists the first LISTED of them.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(joined(problems))


def joined(problems: Sequence[Problem]) -> str:
    """Return one text that lists the first LISTED problems and gives the number of the others."""
    said = [
        f"{item.field}: {item.message}" if item.field else item.message
        for item in problems[:LISTED]
    ]
    more = len(problems) - LISTED
    return "; ".join([*said, f"and {more} more"] if more > 0 else said)
