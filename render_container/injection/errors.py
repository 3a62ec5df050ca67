"""What is said when a plan cannot be carried out."""

from collections.abc import Sequence

from intarsia.domain.errors import IntarsiaError, Problem


class InjectionError(IntarsiaError):
    """A plan that cannot be carried out; nothing was changed. Lists every problem at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{item.field}: {item.message}" for item in problems))
