"""Admission: which waiting trees may start, and in which order.

The depth limits how many renders of a fleet may be under way at once. A tree is admitted as a
whole, to the queue of one fleet. It counts as many renders as it has jobs, until its root has
ended.
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
    """A ULID, so the smaller of two ids is the older."""
    team_id: str
    units: int
    """Jobs in the tree, at least 1."""
    priority: int = 0
    """Higher priorities start sooner."""


def line_of(fleets: Iterable[Fleet]) -> Fleet:
    """Return the fleet in whose queue a tree waits: the scarcest of its jobs' `fleets`."""
    return "gpu" if "gpu" in fleets else "linux"


def next_in_line(
    waiting: Sequence[Waiting], under_way: Mapping[str, int], depth: int
) -> list[Waiting]:
    """Return the trees of one fleet's queue to admit now, in order of admission.

    The highest priority comes first. Among equal priorities, the team with the fewest renders
    under way comes first: `under_way`, by team id, plus the trees already chosen. Ties go to the
    older tree.

    No tree overtakes the head of the queue. If the head does not fit below `depth`, nothing behind
    it is admitted, so small trees cannot delay a large one. A tree larger than `depth` is admitted
    when nothing else is under way.
    """
    ordered = sorted(waiting, key=lambda tree: (tree.team_id, -tree.priority, tree.root_id))
    lines = [list(trees) for _, trees in groupby(ordered, key=lambda tree: tree.team_id)]
    return list(admissible(map(iter, lines), under_way, depth))


def admissible(
    lines: Iterable[Iterator[Waiting]], under_way: Mapping[str, int], depth: int
) -> Iterator[Waiting]:
    """Yield the trees of `next_in_line`, reading each team's queue only as far as needed.

    `lines` has one iterator per team, over its trees by falling priority and then by age.
    """
    total = sum(under_way.values())
    of_team = dict(under_way)
    # One head per team is enough: a team's count changes only when its own tree is chosen.
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
    """Return the heap entry of a tree; the smallest entry is admitted next.

    Root ids are unique, so a comparison never reaches the trees.
    """
    return -tree.priority, of_team.get(tree.team_id, 0), tree.root_id, tree, rest
