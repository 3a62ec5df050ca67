"""Reading of properties' values at given times, with a cache of values that do not change."""

from typing import Any


class Values:
    """A reader of the values of py-aep properties at composition times in seconds.

    A value that does not change is read from the project only once. Expressions are not
    evaluated; `audit` warns about them.
    """

    def __init__(self) -> None:
        self._constants: dict[tuple[int, str], Any] = {}
        self._moving: dict[tuple[int, str], Any] = {}
        self._groups: dict[int, Any] = {}  # kept alive, so that Python does not reuse an id

    def at(self, group: Any, match_name: str, time: float) -> Any:
        """Return a property's value: a number, a list of numbers, a py-aep Shape or TextDocument.

        `group` is the py-aep layer or property group that has the property.
        """
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
        """Return the value of a property that has one number, as a float."""
        return float(self.at(group, match_name, time))

    def point(self, group: Any, match_name: str, time: float) -> tuple[float, float]:
        """Return the first two numbers of a property's value, such as x and y of a position."""
        value = self.at(group, match_name, time)
        return float(value[0]), float(value[1])


def is_moving(prop: Any) -> bool:
    """Return whether a py-aep property, or one of its separated dimensions, has keyframes."""
    if prop.keyframes:
        return True
    if not (prop.is_separation_leader and prop.dimensions_separated):
        return False
    followers = (prop.get_separation_follower(dimension) for dimension in range(3))
    return any(follower is not None and follower.keyframes for follower in followers)
