"""TextDocument: a value. What a script changes in it reaches the project by setValue alone."""

import copy
from typing import TYPE_CHECKING, Any

from py_aep import TextDocument

from tests.render.injection.extendscript.dom.shells import UNDEFINED, ScriptError, Shell, snake

if TYPE_CHECKING:
    from tests.render.injection.extendscript.dom.properties import PropertyShell

_RANGES = {"fontSize": (0.1, 1296.0), "strokeWidth": (0.0, 1000.0)}
_SHOWN_BY = {"fillColor": "applyFill", "strokeColor": "applyStroke"}


class TextShell(Shell):
    """A copy of a text, and what a script did to it."""

    type = "TextDocument"

    def __init__(self, world: Any, item: Any, origin: "PropertyShell | None") -> None:
        super().__init__(world, copy.deepcopy(item))
        self.changes: list[tuple[tuple[int, int] | None, str, Any]] = []
        self._origin = origin.item if origin is not None else None
        self._version = world.version

    def text(self) -> str:
        return str(read(self.item, "text"))

    def get(self, name: str) -> Any:
        return read(self.item, name)

    def set(self, name: str, value: Any) -> None:
        self.change(None, name, value)

    def change(self, where: tuple[int, int] | None, name: str, value: Any) -> None:
        """Change the copy, and remember."""
        write(self.item, where, name, value)
        self.changes.append((where, name, value))

    def call_character_range(self, start: Any, end: Any = None) -> "RangeShell":
        last = int(start) + 1 if end is None else int(end)
        return RangeShell(self.world, (self, (int(start), last)))

    def write_to(self, target: "PropertyShell") -> None:
        """Make this the value of a property, which must be the one it was read from."""
        live = target.item.value
        if self._origin is None and not self.changes:
            live.text = self.item.text
        elif self._origin is not target.item:
            raise ScriptError("mock: a text document of another property is not known to it")
        elif self._version != self.world.version and live.text != self.item.text:
            # After Effects would put the old look back as well; what reads and writes at once
            # does not meet this.
            raise ScriptError("mock: the text changed since the document was read")
        for where, name, value in self.changes:
            write(live, where, name, value)
        self.changes = []


class RangeShell(Shell):
    """Some characters of a text document; counts UTF-16 units."""

    type = "CharacterRange"

    def get(self, name: str) -> Any:
        document, (start, end) = self.item
        known = {"characterStart": start, "characterEnd": end, "isRangeValid": True}
        if name in known:
            return known[name]
        return read(document.item.character_range(start, end), name)

    def set(self, name: str, value: Any) -> None:
        document, where = self.item
        document.change(where, name, value)


def read(text: Any, name: str) -> Any:
    """An attribute of a py-aep text or range, as scripts see it."""
    shown = _SHOWN_BY.get(name)
    if shown is not None and getattr(text, snake(shown)) is False:
        raise ScriptError(f"After Effects error: {name} cannot be read, as {shown} is false")
    value = getattr(text, snake(name))
    if name == "text":
        return value.replace("\n", "\r")
    if value is None:
        return UNDEFINED
    return [float(part) for part in value] if isinstance(value, (list, tuple)) else value


def write(text: TextDocument, where: tuple[int, int] | None, name: str, value: Any) -> None:
    """Write an attribute; a colour also makes what has the colour seen, as is documented."""
    at = text if where is None else text.character_range(*where)
    _refuse(name, value)
    before = getattr(at, snake(name))
    if name in {"justification", "lineOrientation"}:
        value = type(before)(int(value))
    setattr(at, snake(name), value)
    shown = _SHOWN_BY.get(name)
    if shown is not None and not getattr(at, snake(shown)):
        setattr(at, snake(shown), True)


def _refuse(name: str, value: Any) -> None:
    low, high = _RANGES.get(name, (None, None))
    if low is not None and high is not None and not low <= value <= high:
        raise ScriptError(
            f'After Effects error: Unable to set "{name}". Value {value} out of range'
            f" {low:g} to {high:g}."
        )
    if name in _SHOWN_BY and len(value) != 3:
        raise ScriptError(f'After Effects error: Unable to set "{name}". Value is not a color.')
