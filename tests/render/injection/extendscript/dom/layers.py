"""Layers."""

from typing import Any

from intarsia.projects.paths import SHORTCUT_GROUPS
from tests.render.injection.extendscript.dom.properties import GroupShell
from tests.render.injection.extendscript.dom.shells import ScriptError, Shell


class LayerShell(GroupShell):
    """Indexes count from 1. Without a name of its own a layer is called as its source is."""

    type = "Layer"

    def get_index(self) -> int:
        return int(self.item.index) + 1

    def check(self) -> None:
        Shell.check(self)

    def layer(self) -> Any:
        return self

    def set(self, name: str, value: Any) -> None:
        self.check()
        if name != "locked":
            self.refuse_locked()
        Shell.set(self, name, value)

    def set_parent(self, parent: Shell | None) -> None:
        self.item.parent = None if parent is None else parent.item

    def get_position(self) -> Any:
        return self.item.transform["ADBE Position"]

    def get_scale(self) -> Any:
        return self.item.transform["ADBE Scale"]

    def get_opacity(self) -> Any:
        return self.item.transform["ADBE Opacity"]

    def call_property(self, which: Any) -> Any:
        """A property of a well-known group is found from the layer too ("Source Text")."""
        found = super().call_property(which)
        if found is None and isinstance(which, str):
            for group in self.item.properties:
                if group.match_name in SHORTCUT_GROUPS and found is None:
                    found = self.child(group, which)
        return found

    def call_remove(self) -> None:
        self.refuse_locked()
        self.item.remove()
        self.dead = True

    def call_duplicate(self) -> Any:
        return self.item.duplicate()

    def call_move_to_end(self) -> None:
        self.item.move_to_end()

    def call_move_to_beginning(self) -> None:
        self.item.move_to_beginning()

    def refuse_locked(self) -> None:
        """Whether After Effects lets scripts change a locked layer is tried both ways."""
        if self.world.habits.locks and self.item.locked:
            raise ScriptError("After Effects error: the layer is locked")


class AVLayerShell(LayerShell):
    type = "AVLayer"

    def call_replace_source(self, item: Shell, fix_expressions: bool) -> None:
        """Only the layer's own source changes; expressions that name the old one are not mended."""
        self.refuse_locked()
        if not isinstance(item, Shell):
            raise ScriptError(
                'After Effects error: Unable to call "replaceSource" because of parameter 1.'
                " null is not an object."
            )
        if self.item.source is None:
            raise ScriptError("After Effects error: the layer has no source to replace")
        self.item.replace_source(item.item)

    def call_remove_track_matte(self) -> None:
        self.refuse_locked()
        self.item.remove_track_matte()

    def call_set_track_matte(self, layer: Shell | None, kind: Any) -> None:
        from py_aep import TrackMatteType

        matte = None if layer is None else layer.item
        self.item.set_track_matte(matte, TrackMatteType(int(kind)))

    def get_is_name_from_source(self) -> bool:
        return bool(self.item.is_name_from_source)


class TextLayerShell(AVLayerShell):
    type = "TextLayer"

    def get_source_text(self) -> Any:
        return self.item.text["ADBE Text Document"]


class ShapeLayerShell(AVLayerShell):
    type = "ShapeLayer"


class CameraLayerShell(LayerShell):
    type = "CameraLayer"


class LightLayerShell(LayerShell):
    type = "LightLayer"
