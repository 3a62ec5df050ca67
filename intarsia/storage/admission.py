"""Who waits and who is under way, in the table: a row each and no counter, so nothing can drift."""

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
"""Trees admitted in one transaction, which may hold 100 actions: two a tree, and the turn."""

WRITE_LIMIT = 25  # rows in one BatchWriteItem
HEADS = 25  # rows of a team's line read at a time
_HIGHEST = 10**9
"""Above every priority; what is left of it sorts the highest priority first."""

_TURN = "#TURN"  # sorts before every other row of the line


@dataclass(frozen=True)
class Admitted:
    """A tree that may render, and whose root had not ended."""

    team_id: str
    units: int
    at: datetime


@dataclass(frozen=True)
class Line:
    """What is under way in a fleet's line, and which teams wait in it, as it was read."""

    fleet: Fleet
    turn: int = 0
    """How often trees were admitted: who admits must have read the latest."""
    admitted: dict[str, Admitted] = field(default_factory=dict)
    """By root id."""
    teams: dict[str, str] = field(default_factory=dict)
    """Of each team that has, or had, something waiting, the mark of its last arrival."""

    @property
    def under_way(self) -> dict[str, int]:
        """Renders under way, by team id."""
        units: dict[str, int] = {}
        for tree in self.admitted.values():
            units[tree.team_id] = units.get(tree.team_id, 0) + tree.units
        return units


class AdmissionRepository:
    """The lines of both fleets."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    # Reading

    def read(self, fleet: Fleet) -> Line:
        """A fleet's line now. Its turn is read first: what is admitted meanwhile is noticed."""
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
        """A team's trees in the order of their admission, read as far as the caller goes."""
        for item in self._query(f"WAITING#{fleet}#{team_id}", page=HEADS):
            left, _, root_id = item["sk"]["S"].partition("#")
            yield Waiting(root_id, team_id, int(item["units"]["N"]), _HIGHEST - int(left))

    def in_line(self, fleet: Fleet, trees: AbstractSet[Waiting]) -> set[str]:
        """Root ids of those of `trees` that wait now; their `units` do not matter."""
        keys = [_waiting_key(fleet, tree) for tree in trees]
        found = items_at(self._client, self._table, keys, ProjectionExpression="sk")
        return {item["sk"]["S"].partition("#")[2] for item in found}

    # Writing

    def enqueue(self, fleet: Fleet, trees: Sequence[Waiting]) -> None:
        """Put stored trees in line. Doing so again changes nothing."""
        self._write(
            {"PutRequest": {"Item": _waiting_key(fleet, tree) | {"units": attribute(tree.units)}}}
            for tree in trees
        )
        # After the rows: who found the line empty before them removes an older mark, not this one.
        self._write(
            {"PutRequest": {"Item": _team_key(fleet, team) | {"arrival": attribute(new_id())}}}
            for team in {tree.team_id for tree in trees}
        )

    def admit(self, line: Line, trees: Sequence[Waiting]) -> bool:
        """Admit all of `trees` (MOST_AT_ONCE at most), or none if `line` is out of date."""
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
        """Count trees as under way that are so without having been admitted."""
        self._write({"PutRequest": {"Item": _admitted(fleet, tree)}} for tree in trees)

    def release(self, fleet: Fleet, root_ids: Iterable[str]) -> None:
        """What is no longer under way makes room."""
        self._write(
            {"DeleteRequest": {"Key": _admitted_key(fleet, root_id)}} for root_id in root_ids
        )

    def drop(self, fleet: Fleet, trees: Iterable[Waiting]) -> None:
        """Take trees out of the line that are not to be admitted any more."""
        self._write({"DeleteRequest": {"Key": _waiting_key(fleet, tree)}} for tree in trees)

    def forget(self, line: Line, team_id: str) -> None:
        """Remove the mark of a team whose line was found empty, unless something has arrived."""
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
