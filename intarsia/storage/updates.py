"""Conditional DynamoDB updates, built from conditions and changes."""

from collections.abc import Sequence
from typing import Any, Self

from intarsia.domain.states import Status, sources
from intarsia.storage.items import attribute


class Update:
    """A builder for the arguments of one UpdateItem, which requires that the item exists."""

    def __init__(self) -> None:
        self._sets: dict[str, Any] = {}
        self._set_once: dict[str, Any] = {}
        self._paths: list[tuple[str, Any]] = []
        self._adds: dict[str, int] = {}
        self._removes: list[str] = []
        self._conditions: list[str] = ["attribute_exists(pk)"]
        self._condition_values: dict[str, Any] = {}
        self._statuses_matter = False

    def set(self, **values: Any) -> Self:
        """Set attributes to values; an attribute whose value is None is removed."""
        for name, value in values.items():
            if value is None:
                self._removes.append(name)
            else:
                self._sets[name] = value
        return self

    def set_once(self, **values: Any) -> Self:
        """Set attributes that do not exist yet."""
        self._set_once.update(values)
        return self

    def set_at(self, path: str, value: Any) -> Self:
        """Set a value inside an attribute by its path, such as `pieces[2].progress`."""
        self._paths.append((path, value))
        return self

    def add(self, **numbers: int) -> Self:
        """Add numbers to attributes; an absent attribute counts as 0."""
        self._adds.update(numbers)
        return self

    def remove(self, *names: str) -> Self:
        """Remove attributes."""
        self._removes.extend(names)
        return self

    def where(self, condition: str, **values: Any) -> Self:
        """Require a condition, in which `:name` stands for the keyword argument `name`."""
        self._conditions.append(condition)
        self._condition_values.update(values)
        return self

    def while_in(self, *statuses: Status) -> Self:
        """Require that the job is in one of `statuses`."""
        self._statuses_matter = True
        values = {f"from_{index}": status.value for index, status in enumerate(statuses)}
        listed = ", ".join(f":{name}" for name in values)
        return self.where(f"#status IN ({listed})", **values)

    def move_to(self, target: Status, *, only_from: Sequence[Status] | None = None) -> Self:
        """Set the status to `target`, and require a current status that may precede it.

        `only_from` lists the statuses that may precede it here; None: all legal ones.
        """
        allowed = sorted(sources(target)) if only_from is None else only_from
        return self.while_in(*allowed).set(status=target.value)

    def for_attempt(self, attempt: int) -> Self:
        """Require that `attempt` is the job's current attempt."""
        return self.where("attempt = :fence", fence=attempt)

    def arguments(self) -> dict[str, Any]:
        """Return the keyword arguments for the client's `update_item`."""
        names = {"#status": "status"} if self._statuses_matter else {}
        values = {f":{name}": attribute(value) for name, value in self._condition_values.items()}
        sets = []
        for name, value in (self._sets | self._set_once).items():
            names[f"#{name}"] = name
            values[f":new_{name}"] = attribute(value)
            once = name in self._set_once
            given = f"if_not_exists(#{name}, :new_{name})" if once else f":new_{name}"
            sets.append(f"#{name} = {given}")
        for index, (path, value) in enumerate(self._paths):
            values[f":at_{index}"] = attribute(value)
            sets.append(f"{path} = :at_{index}")
        clauses = ["SET " + ", ".join(sets)] if sets else []
        if self._adds:
            for name, number in self._adds.items():
                values[f":add_{name}"] = attribute(number)
            clauses.append("ADD " + ", ".join(f"{name} :add_{name}" for name in self._adds))
        removes = [name for name in dict.fromkeys(self._removes) if name not in self._sets]
        if removes:
            names |= {f"#{name}": name for name in removes}
            clauses.append("REMOVE " + ", ".join(f"#{name}" for name in removes))
        arguments: dict[str, Any] = {
            "UpdateExpression": " ".join(clauses),
            "ConditionExpression": " AND ".join(self._conditions),
            "ExpressionAttributeValues": values,
        }
        return arguments | ({"ExpressionAttributeNames": names} if names else {})
