"""What stands behind a host object: a thing of py-aep's and how scripts see it."""

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.render.injection.extendscript.dom.world import World


class ScriptError(Exception):
    """What After Effects throws at a script; its text is the message."""


class Undefined:
    """The value undefined."""


UNDEFINED = Undefined()


class Shell:
    """A host object of class `type` for `item`. Members are written `get_`, `set_` and `call_`.

    A member without such a method is the attribute of the same name, in snake case, of the item.
    """

    type = ""

    def __init__(self, world: "World", item: Any) -> None:
        self.world = world
        self.item = item
        self.dead = False
        self.handle: int | None = None
        """What scripts hold of it; None until they have met it."""

    def get(self, name: str) -> Any:
        """The value of a member."""
        self.check()
        own = getattr(self, f"get_{snake(name)}", None)
        value = own() if own is not None else getattr(self.item, snake(name))
        return int(value) if isinstance(value, IntEnum) else value

    def set(self, name: str, value: Any) -> None:
        """Write a member."""
        self.check()
        own = getattr(self, f"set_{snake(name)}", None)
        if own is not None:
            own(value)
            return
        before = getattr(self.item, snake(name))
        if isinstance(before, IntEnum):
            value = type(before)(int(value))
        elif isinstance(before, bool) and isinstance(value, (int, float)):
            # Scripts' numbers are true or false where After Effects wants that.
            value = bool(value)
        setattr(self.item, snake(name), value)

    def call(self, name: str, given: list[Any]) -> Any:
        """Call a method."""
        self.check()
        return getattr(self, f"call_{snake(name)}")(*given)

    def at(self, index: int) -> Any:
        """What a collection has at an index, from 1."""
        raise ScriptError(f"After Effects error: {self.type} has nothing at {index}")

    def check(self) -> None:
        """After Effects refuses whatever concerns an object that is gone."""
        if self.dead:
            raise ScriptError("After Effects error: Object is invalid")

    def text(self) -> str:
        """What toString gives."""
        return f"[object {self.type}]"


def snake(name: str) -> str:
    """`threeDLayer` as py-aep writes it: `three_d_layer`."""
    known = {
        "itemByID": "item_by_id",
        "layerByID": "layer_by_id",
        "frameDuration": "frame_duration",
    }
    return known.get(name) or re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def one_of(things: list[Any], index: Any, what: str) -> Any:
    """The thing at a 1-based index, else After Effects' complaint."""
    if isinstance(index, float) and index.is_integer():
        index = int(index)
    if not isinstance(index, int) or isinstance(index, bool) or not 1 <= index <= len(things):
        raise ScriptError(
            f'After Effects error: Unable to call "{what}" because of parameter 1.'
            f" Value {index} out of range 1 to {len(things)}."
        )
    return things[index - 1]
