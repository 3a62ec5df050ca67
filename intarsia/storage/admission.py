"""The admission queues in the table: one row per waiting or admitted tree.

Renders in progress are summed from these rows. Their number is not stored, so it cannot drift.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from intarsia.domain.admission import Fleet, Waiting
from intarsia.domain.ids import new_id, now, timestamp
from intarsia.storage.items import attribute
from intarsia.storage.reading import items_at

MOST_AT_ONCE = 49
"""Most trees admitted in one transaction: two actions for each tree, and one for the turn.

DynamoDB allows 100 actions in a transaction.
"""

WRITE_LIMIT = 25  # rows in one BatchWriteItem
HEADS = 25  # rows of a team's queue in one page
_HIGHEST = 10**9
"""A number above every priority.

Sort keys contain its difference to a tree's priority, so that the highest priority sorts first.
"""

_TURN = "#TURN"  # sorts before every other row of the partition


@dataclass(frozen=True)
class Admitted:
    """An admitted tree, as recorded in the queue until its root has ended.

    `units` is the number of its jobs, `at` the time of its admission.
    """

    team_id: str
    units: int
    at: datetime


@dataclass(frozen=True)
class Line:
    """A snapshot of a fleet's admission queue: its admitted trees and the teams that wait."""

    fleet: Fleet
    turn: int = 0
    """Counter of admissions. `admit` is rejected if another admission has increased it since."""
    admitted: dict[str, Admitted] = field(default_factory=dict)
    """Admitted trees by root id."""
    teams: dict[str, str] = field(default_factory=dict)
    """Id of the last arrival of trees, by team id, for each team that has or had trees waiting."""

    @property
    def under_way(self) -> dict[str, int]:
        """Number of renders in progress, by team id."""
        units: dict[str, int] = {}
        for tree in self.admitted.values():
            units[tree.team_id] = units.get(tree.team_id, 0) + tree.units
        return units


class AdmissionRepository:
    """The admission queues of both fleets."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    # Reading

    def read(self, fleet: Fleet) -> Line:
        """Return a snapshot of a fleet's admission queue by consistent reads.

        The turn is read first, so that `admit` detects an admission that happens during the read.
        """
        turn, admitted, teams = 0, {}, {}
        for item in self._query(f"ADMISSION#{fleet}", page=None):
            kind, _, name = item["sk"]["S"].partition("#")
            if kind == "ADMITTED":
                admitted[name] = Admitted(
                    team_id=item["team_id"]["S"],
                    units=int(item["units"]["N"]),
                    at=datetime.fromisoformat(item["at"]["S"]),
                )
            elif kind == "TEAM":
                teams[name] = item["arrival"]["S"]
            else:
                turn = int(item["turn"]["N"])
        return Line(fleet, turn, admitted, teams)

    def waiting(self, fleet: Fleet, team_id: str) -> Iterator[Waiting]:
        """Yield a team's waiting trees in admission order, reading pages as the caller iterates."""
        for item in self._query(f"WAITING#{fleet}#{team_id}", page=HEADS):
            left, _, root_id = item["sk"]["S"].partition("#")
            yield Waiting(root_id, team_id, int(item["units"]["N"]), _HIGHEST - int(left))

    def in_line(self, fleet: Fleet, trees: AbstractSet[Waiting]) -> set[str]:
        """Return the root ids of those of `trees` that wait now; their `units` are ignored."""
        keys = [_waiting_key(fleet, tree) for tree in trees]
        found = items_at(self._client, self._table, keys, ProjectionExpression="sk")
        return {item["sk"]["S"].partition("#")[2] for item in found}

    # Writing

    def enqueue(self, fleet: Fleet, trees: Sequence[Waiting]) -> None:
        """Add trees whose jobs are stored to a fleet's queue. Idempotent."""
        self._write(
            {"PutRequest": {"Item": _waiting_key(fleet, tree) | {"units": attribute(tree.units)}}}
            for tree in trees
        )
        # After the rows: a reader that found the queue empty removes only the older marker.
        self._write(
            {"PutRequest": {"Item": _team_key(fleet, team) | {"arrival": attribute(new_id())}}}
            for team in {tree.team_id for tree in trees}
        )

    def admit(self, line: Line, trees: Sequence[Waiting]) -> bool:
        """Admit all of `trees`, at most MOST_AT_ONCE, in one transaction, and return True.

        Returns False and admits none if `line` is outdated: there has been another admission, or
        one of `trees` no longer waits.
        """
        turn = _key(f"ADMISSION#{line.fleet}", _TURN) | {"turn": attribute(line.turn + 1)}
        actions = [self._put(turn, "attribute_not_exists(pk)")]
        if line.turn:
            actions = [self._put(turn, "turn = :read", {":read": attribute(line.turn)})]
        for tree in trees:
            actions.append(self._put(_admitted(line.fleet, tree), "attribute_not_exists(pk)"))
            actions.append(
                {
                    "Delete": {
                        "TableName": self._table,
                        "Key": _waiting_key(line.fleet, tree),
                        "ConditionExpression": "attribute_exists(pk)",
                    }
                }
            )
        try:
            self._client.transact_write_items(TransactItems=actions)
        except ClientError as error:
            if not _is_outdated(error):
                raise
            return False
        return True

    def record(self, fleet: Fleet, trees: Sequence[Waiting]) -> None:
        """Record trees as admitted that already run, but were not admitted by `admit`."""
        self._write({"PutRequest": {"Item": _admitted(fleet, tree)}} for tree in trees)

    def release(self, fleet: Fleet, root_ids: Iterable[str]) -> None:
        """Remove the rows of admitted trees that have ended, which frees their capacity."""
        self._write(
            {"DeleteRequest": {"Key": _admitted_key(fleet, root_id)}} for root_id in root_ids
        )

    def drop(self, fleet: Fleet, trees: Iterable[Waiting]) -> None:
        """Remove trees from the queue without admitting them."""
        self._write({"DeleteRequest": {"Key": _waiting_key(fleet, tree)}} for tree in trees)

    def forget(self, line: Line, team_id: str) -> None:
        """Remove the marker of a team whose queue was empty, unless a tree arrived after `line`."""
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=_team_key(line.fleet, team_id),
                ConditionExpression="arrival = :read",
                ExpressionAttributeValues={":read": attribute(line.teams[team_id])},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def _query(self, pk: str, *, page: int | None) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": attribute(pk)},
            ConsistentRead=True,
            PaginationConfig={"PageSize": page},
        )
        for found in pages:
            yield from found["Items"]

    def _put(
        self, item: dict[str, Any], condition: str, values: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        put = {"TableName": self._table, "Item": item, "ConditionExpression": condition}
        return {"Put": put | ({"ExpressionAttributeValues": values} if values else {})}

    def _write(self, requests: Iterable[dict[str, Any]]) -> None:
        wanted = list(requests)
        for start in range(0, len(wanted), WRITE_LIMIT):
            left = {self._table: wanted[start : start + WRITE_LIMIT]}
            while left:
                left = self._client.batch_write_item(RequestItems=left).get("UnprocessedItems", {})


def _is_outdated(error: ClientError) -> bool:
    if error.response["Error"]["Code"] != "TransactionCanceledException":
        return False
    reasons = error.response.get("CancellationReasons", [])
    codes = {reason.get("Code") for reason in reasons}
    return bool(codes & {"ConditionalCheckFailed", "TransactionConflict"})


def _admitted(fleet: Fleet, tree: Waiting) -> dict[str, Any]:
    return _admitted_key(fleet, tree.root_id) | {
        "team_id": attribute(tree.team_id),
        "units": attribute(tree.units),
        "at": attribute(timestamp(now())),
    }


def _admitted_key(fleet: Fleet, root_id: str) -> dict[str, Any]:
    return _key(f"ADMISSION#{fleet}", f"ADMITTED#{root_id}")


def _team_key(fleet: Fleet, team_id: str) -> dict[str, Any]:
    return _key(f"ADMISSION#{fleet}", f"TEAM#{team_id}")


def _waiting_key(fleet: Fleet, tree: Waiting) -> dict[str, Any]:
    return _key(f"WAITING#{fleet}#{tree.team_id}", f"{_HIGHEST - tree.priority:010}#{tree.root_id}")


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": attribute(pk), "sk": attribute(sk)}
