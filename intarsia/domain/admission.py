"""Admission: the rules by which waiting trees may start, and their order.

Each fleet has a depth: the number of renders that may be under way at the same time. A tree waits
in the admission queue of one fleet and is admitted as a whole. Until its root has ended, it counts
as many renders as it has jobs.
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
    """A tree in an admission queue: stored, but not admitted yet."""

    root_id: str
    """Id of the root: a ULID, so the smaller of two ids belongs to the older tree."""
    team_id: str
    units: int
    """Number of jobs in the tree, at least 1."""
    priority: int = 0
    """Priority of the tree; a tree with a higher number is admitted sooner."""


def line_of(fleets: Iterable[Fleet]) -> Fleet:
    """Return the fleet in whose admission queue a tree waits.

    `fleets` are those of its jobs. The GPU fleet is chosen if it is among them: it is the scarcer.
    """
    return "gpu" if "gpu" in fleets else "linux"


def next_in_line(
    waiting: Sequence[Waiting], under_way: Mapping[str, int], depth: int
) -> list[Waiting]:
    """Return the trees to admit now from one fleet's queue, in order of admission.

    `waiting` holds all trees of the queue. `under_way` maps team ids to their numbers of renders
    under way, and `depth` is the fleet's limit on the sum of these numbers.

    The highest priority comes first. Among equal priorities, the team with the fewest renders
    comes first: those of `under_way` plus those of the trees already chosen. Ties go to the older
    tree.

    No tree overtakes the head of the queue. If the head would exceed `depth`, nothing behind it is
    admitted, so small trees cannot delay a large one. A tree larger than `depth` is admitted when
    nothing else is under way.
    """
    ordered = sorted(waiting, key=lambda tree: (tree.team_id, -tree.priority, tree.root_id))
    lines = [list(trees) for _, trees in groupby(ordered, key=lambda tree: tree.team_id)]
    return list(admissible(map(iter, lines), under_way, depth))


def admissible(
    lines: Iterable[Iterator[Waiting]], under_way: Mapping[str, int], depth: int
) -> Iterator[Waiting]:
    """Yield the trees to admit now, by the rules and with the parameters of `next_in_line`.

    `lines` has one iterator per team, over its waiting trees by falling priority, the older first
    among equals. Each iterator is read only as far as needed.
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
    """Return the heap entry of a team's first waiting tree; the smallest entry is admitted next.

    `rest` yields the team's trees behind it; `of_team` has the renders under way by team id. Root
    ids are unique, so a comparison of entries never reaches the trees themselves.
    """
    return -tree.priority, of_team.get(tree.team_id, 0), tree.root_id, tree, rest
