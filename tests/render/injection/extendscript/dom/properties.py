"""Properties and groups of them."""

import math
from typing import Any

from py_aep import PropertyValueType, TextDocument

from tests.render.injection.extendscript.dom.shells import UNDEFINED, ScriptError, Shell, one_of
from tests.render.injection.extendscript.dom.texts import TextShell

_POOL = "ADBE Text Animator Properties"


class BaseShell(Shell):
    def check(self) -> None:
        """Properties of a layer that is gone are gone too."""
        super().check()
        self.layer().check()

    def layer(self) -> Any:
        """The shell of the layer that this is in, or is."""
        return self.world.shell(self.item._containing_layer)

    def get_property_index(self) -> Any:
        index = self.item.property_index
        return UNDEFINED if index is None else index + 1

    def set(self, name: str, value: Any) -> None:
        self.layer().refuse_locked()
        super().set(name, value)


class GroupShell(BaseShell):
    """A name that is not there gives null, an index that is not there is refused."""

    type = "PropertyGroup"

    def get_num_properties(self) -> int:
        return len(self.item.properties)

    def call_property(self, which: Any) -> Any:
        if isinstance(which, str):
            return self.child(self.item, which)
        return one_of(self.item.properties, which, "property")

    def call_add_property(self, name: str) -> Any:
        return self.item.add_property(name)

    @staticmethod
    def child(group: Any, name: str) -> Any:
        """The first child of a display name or match name."""
        for child in group.properties:
            if name in (child.name, child.match_name):
                return child
        return None


class PropertyShell(BaseShell):
    type = "Property"

    def get_value(self) -> Any:
        value = self.item.value
        if isinstance(value, TextDocument):
            return TextShell(self.world, value, origin=self)
        if value is None:
            return UNDEFINED
        if isinstance(value, (list, tuple)):
            return [float(part) for part in value]
        return value if isinstance(value, (bool, int, float)) else UNDEFINED

    def call_value_at_time(self, time: Any, before_expression: Any) -> Any:
        """py-aep runs no expression: with one, the value is that before it."""
        value = self.item.value_at_time(float(time))
        if isinstance(value, TextDocument):
            return TextShell(self.world, value, origin=None)
        return [float(part) for part in value] if isinstance(value, list) else value

    def get_num_keys(self) -> int:
        return len(self.item.keyframes)

    def call_key_time(self, index: Any) -> float:
        return float(one_of(self.item.keyframes, index, "keyTime").time)

    def get_expression_error(self) -> str:
        """Expressions are stored; nothing runs them."""
        return ""

    def set_expression(self, text: Any) -> None:
        if self.hidden():
            raise ScriptError(
                'After Effects error: Unable to set "expression" because the property or a parent'
                " property is hidden."
            )
        self.item.expression = text

    def call_set_value(self, value: Any) -> None:
        self.layer().refuse_locked()
        if self.item.keyframes:
            raise ScriptError(
                'After Effects error: Unable to call "setValue" because of parameter 1.'
                " Can not call setValue() on a property with keyframes."
            )
        if self.hidden():
            raise ScriptError(
                'After Effects error: Can not "set value" with this property, because the property'
                " or a parent property is hidden."
            )
        if self.item.property_value_type == PropertyValueType.TEXT_DOCUMENT:
            self._set_text(value)
        else:
            self.item.value = self._numbers(value)
        self.world.version += 1

    def call_set_value_at_time(self, time: Any, value: Any) -> None:
        self.item.set_value_at_time(float(time), self._numbers(value))

    def _set_text(self, value: Any) -> None:
        if isinstance(value, TextShell):
            value.write_to(self)
        elif isinstance(value, (str, int, float)):
            # A string keeps the look of the text, as scripts in the field rely on.
            self.item.value.text = str(value)
        else:
            raise ScriptError("After Effects error: value is not a TextDocument")

    def _numbers(self, value: Any) -> Any:
        """A number or numbers that the property takes as they are."""
        now = self.item.value
        if isinstance(now, (list, tuple)):
            if not isinstance(value, list) or not all(map(_is_number, value)):
                raise ScriptError("After Effects error: Value is not an array.")
            if len(value) != len(now):
                # What becomes of the rest is not known, so our own script never leaves it open.
                if self.world.habits.strict or len(value) > len(now):
                    raise ScriptError(f"mock: {len(value)} numbers for {len(now)}")
                value = [*value, *list(now)[len(value) :]]
            return [float(part) for part in value]
        if isinstance(value, bool):
            return int(value)
        if not _is_number(value):
            raise ScriptError("After Effects error: Value is not a number.")
        return value

    def hidden(self) -> bool:
        """Whether After Effects does not show the property in this state of its layer."""
        item = self.item
        if item.is_separation_follower:
            leader = item.separation_leader
            return leader is None or not leader.dimensions_separated
        if item.parent_property.match_name == _POOL and not item.can_set_expression:
            return True
        group = item.parent_property
        while group is not None:
            if group.match_name.endswith("/enabled") and not group.enabled:
                return True
            group = group.parent_property
        return False


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
