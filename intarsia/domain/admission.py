"""Admission: which waiting trees may begin, and in which order.

Only so many renders of a fleet, the depth, are to be under way at once.

A tree is admitted as a whole, to the line of one fleet, and counts as many renders as it has jobs
until its root has ended.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import groupby
from typing import Literal

Fleet = Literal["gpu", "linux"]
FLEETS: tuple[Fleet, ...] = ("gpu", "linux")


@dataclass(frozen=True)
class Waiting:
    """A stored tree that has not been admitted."""

    root_id: str
    """A ULID: of two, the smaller one is the older."""
    team_id: str
    units: int
    """Jobs in the tree, at least 1."""
    priority: int = 0
    """The higher, the sooner."""


def line_of(fleets: Iterable[Fleet]) -> Fleet:
    """The line in which a tree waits whose jobs are for `fleets`: the scarcer fleet's."""
    return "gpu" if "gpu" in fleets else "linux"


def next_in_line(
    waiting: Sequence[Waiting], under_way: Mapping[str, int], depth: int
) -> list[Waiting]:
    """The trees of a fleet's line to admit now, in this order.

    The highest priority goes first; among equals the team with the fewest renders under way
    (`under_way`, by team id, and what has been chosen); of one team the oldest. Nothing overtakes
    the head of the line: if it does not fit below `depth`, nothing behind it is admitted, so a
    large tree is not kept waiting by small ones. A tree larger than `depth` is admitted when
    nothing else is under way.
    """
    ordered = sorted(waiting, key=lambda tree: (tree.team_id, -tree.priority, tree.root_id))
    lines = [list(trees) for _, trees in groupby(ordered, key=lambda tree: tree.team_id)]
    return list(admissible(map(iter, lines), under_way, depth))


def admissible(
    lines: Iterable[Iterator[Waiting]], under_way: Mapping[str, int], depth: int
) -> Iterator[Waiting]:
    """`next_in_line` for lines that are read as far as needed.

    `lines` has an iterator for each team, over its trees by falling priority and then by age.
    """
    total = sum(under_way.values())
    of_team = dict(under_way)
    # One tree a team: what a team has under way changes only when its own tree is chosen.
    heads = [
        _head(first, line, of_team) for line in lines if (first := next(line, None)) is not None
    ]
    heapify(heads)
    while heads:
        *_, tree, rest = heappop(heads)
        if total and total + tree.units > depth:
            return
        total += tree.units
        of_team[tree.team_id] = of_team.get(tree.team_id, 0) + tree.units
        yield tree
        if (following := next(rest, None)) is not None:
            heappush(heads, _head(following, rest, of_team))


_Head = tuple[int, int, str, Waiting, Iterator[Waiting]]


def _head(tree: Waiting, rest: Iterator[Waiting], of_team: Mapping[str, int]) -> _Head:
    """The smallest is the next; no two have the same id, so trees are never compared."""
    return -tree.priority, of_team.get(tree.team_id, 0), tree.root_id, tree, rest
