"""Errors of plans that cannot be carried out."""

from collections.abc import Sequence

from intarsia.domain.errors import IntarsiaError, Problem

LISTED = 20  # problems that a message names


class InjectionError(IntarsiaError):
    """A plan cannot be carried out; nothing was changed.

    `problems` holds all problems; the message lists the first of them.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(joined(problems))


def joined(problems: Sequence[Problem]) -> str:
    """Return one text that lists the first problems and counts the rest."""
    said = [
        f"{item.field}: {item.message}" if item.field else item.message
        for item in problems[:LISTED]
    ]
    more = len(problems) - LISTED
    return "; ".join([*said, f"and {more} more"] if more > 0 else said)
