"""What is said when a plan cannot be carried out."""

from collections.abc import Sequence

from intarsia.domain.errors import IntarsiaError, Problem

LISTED = 20  # problems that a message names


class InjectionError(IntarsiaError):
    """A plan that cannot be carried out; nothing was changed.

    `problems` are all there are, the message names the first of them.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(joined(problems))


def joined(problems: Sequence[Problem]) -> str:
    """One text of the first problems, and how many more there are."""
    said = [
        f"{item.field}: {item.message}" if item.field else item.message
        for item in problems[:LISTED]
    ]
    more = len(problems) - LISTED
    return "; ".join([*said, f"and {more} more"] if more > 0 else said)
