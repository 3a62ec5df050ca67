"""Property values at a moment; constant values are read from the project only once."""

from typing import Any


class Values:
    """A caching reader of py-aep properties at composition times (seconds).

    Values come from keyframes and static values; expressions are not evaluated (the audit
    warns about them).
    """

    def __init__(self) -> None:
        self._constants: dict[tuple[int, str], Any] = {}
        self._moving: dict[tuple[int, str], Any] = {}
        self._groups: dict[int, Any] = {}  # kept alive, so that Python does not reuse an id

    def at(self, group: Any, match_name: str, time: float) -> Any:
        """Return the value of `group[match_name]`: a number, list, Shape or TextDocument."""
        key = (id(group), match_name)
        moving = self._moving.get(key)
        if moving is not None:
            return moving.value_at_time(time)
        if key not in self._constants:
            self._groups[id(group)] = group
            prop = group[match_name]
            if is_moving(prop):
                self._moving[key] = prop
                return prop.value_at_time(time)
            self._constants[key] = prop.value_at_time(time)
        return self._constants[key]

    def number(self, group: Any, match_name: str, time: float) -> float:
        """Return a one-number value as a float."""
        return float(self.at(group, match_name, time))

    def point(self, group: Any, match_name: str, time: float) -> tuple[float, float]:
        """Return the first two numbers of a value."""
        value = self.at(group, match_name, time)
        return float(value[0]), float(value[1])


def is_moving(prop: Any) -> bool:
    """Return whether a property has keyframes, itself or on its separated dimensions."""
    if prop.keyframes:
        return True
    if not (prop.is_separation_leader and prop.dimensions_separated):
        return False
    followers = (prop.get_separation_follower(dimension) for dimension in range(3))
    return any(follower is not None and follower.keyframes for follower in followers)
