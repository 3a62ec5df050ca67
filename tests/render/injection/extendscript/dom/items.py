"""The application, the project, its items, and what footage is made of."""

from pathlib import Path
from typing import Any

import py_aep

from tests.render.injection.extendscript.dom.shells import ScriptError, Shell, one_of


class ApplicationShell(Shell):
    type = "Application"

    def get_version(self) -> str:
        return "25.4x12"

    def get_build_number(self) -> int:
        return 12

    def get_project(self) -> Any:
        return self.world.project

    def get_fonts(self) -> Shell:
        return self.world.made("fonts", FontsShell)

    def get_is_render_engine(self) -> bool:
        return True

    def get_exit_code(self) -> int:
        return self.world.exit_code

    def set_exit_code(self, value: Any) -> None:
        self.world.exit_code = int(value)

    def call_begin_suppress_dialogs(self) -> None:
        self.world.suppressing += 1

    def call_end_suppress_dialogs(self, alert: bool) -> None:
        if self.world.suppressing == 0:
            raise ScriptError("After Effects error: endSuppressDialogs without begin")
        self.world.suppressing -= 1

    def call_begin_undo_group(self, name: str = "") -> None:
        """Undoing is no part of a project's state."""

    def call_end_undo_group(self) -> None:
        """Undoing is no part of a project's state."""


class FontsShell(Shell):
    type = "FontsObject"

    def get_missing_or_substituted_fonts(self) -> list[Any]:
        return []


class ProjectShell(Shell):
    type = "Project"

    def items(self) -> list[Any]:
        root = self.item.root_folder
        return [item for item in self.item.items.values() if item is not root]

    def get_file(self) -> Any:
        return Path(self.item.file)

    def get_items(self) -> Shell:
        return self.world.made("items", ItemsShell)

    def get_num_items(self) -> int:
        return len(self.items())

    def call_item(self, index: Any) -> Any:
        return one_of(self.items(), index, "item")

    def call_item_by_id(self, number: Any) -> Any:
        found = self.item.items.get(int(number))
        if found is None:
            # Documented to give the item; that it throws for none is an assumption.
            raise ScriptError(f"After Effects error: there is no item {number}")
        return found

    def call_layer_by_id(self, number: Any) -> Any:
        layers = (layer for comp in self.item.compositions for layer in comp.layers)
        return next((layer for layer in layers if layer.id == number), None)

    def call_import_file(self, options: Shell) -> Any:
        path = options.item["file"]
        if path is None or not path.is_file():
            raise ScriptError(
                'After Effects error: Unable to call "importFile" because of parameter 1.'
                " File does not exist."
            )
        try:
            made = py_aep.ImportOptions(path.absolute())
            made.sequence = bool(options.item["sequence"])
            return self.item.import_file(made)
        except Exception as error:
            raise ScriptError(
                f"After Effects error: File {path.stem} is not a valid file type for import."
            ) from error

    def call_import_placeholder(self, *given: Any) -> Any:
        name, width, height, rate, duration = given
        return self.item.import_placeholder(name, int(width), int(height), rate, duration)

    def call_close(self, how: Any) -> bool:
        self.world.project = py_aep.new().project
        return True

    def call_save(self, file: Any = None) -> None:
        raise ScriptError("After Effects error: a render engine does not save projects")


class ItemsShell(Shell):
    """Live: it has what the project has when it is asked."""

    type = "ItemCollection"

    def _all(self) -> list[Any]:
        shell: ProjectShell = self.world.shell(self.world.project)
        return shell.items()

    def get_length(self) -> int:
        return len(self._all())

    def at(self, index: int) -> Any:
        return one_of(self._all(), index, "item")

    def call_add_comp(self, name: str, width: Any, height: Any, *rest: Any) -> Any:
        root = self.world.project.root_folder
        return root.add_comp(name, int(width), int(height), *rest)

    def call_add_folder(self, name: str) -> Any:
        return self.world.project.root_folder.add_folder(name)


class ItemShell(Shell):
    type = "Item"

    def get_type_name(self) -> str:
        names = {"CompItem": "Composition", "FolderItem": "Folder"}
        return names.get(self.type, "Footage")

    def set_parent_folder(self, folder: Shell) -> None:
        self.item.parent_folder = folder.item

    def call_remove(self) -> None:
        """Takes the layers along that show the item, in every composition."""
        for comp in self.world.project.compositions:
            for layer in [layer for layer in comp.av_layers if layer.source is self.item]:
                shell = self.world.shell(layer)
                layer.remove()
                shell.dead = True
        self.item.remove()
        self.dead = True


class FolderShell(ItemShell):
    type = "FolderItem"


class FootageShell(ItemShell):
    type = "FootageItem"

    def get_file(self) -> Any:
        path = getattr(self.item.main_source, "file", None)
        return Path(str(path)) if path else None

    def call_replace_with_solid(self, color: Any, name: str, *size: Any) -> None:
        width, height, aspect = size
        self.item.replace_with_solid(list(color), name, int(width), int(height), aspect)

    def call_replace(self, file: Shell) -> None:
        self.item.replace(file.item)


class SourceShell(Shell):
    def get_file(self) -> Any:
        path = getattr(self.item, "file", None)
        return Path(str(path)) if path else None

    @property
    def type(self) -> str:  # type: ignore[override]
        return type(self.item).__name__


class CompShell(ItemShell):
    type = "CompItem"

    def get_layers(self) -> Shell:
        return self.world.made(("layers", id(self.item)), LayersShell, self.item)

    def call_layer(self, which: Any, relative: Any = None) -> Any:
        """By index it throws if there is none, by name it gives null, as byName is documented."""
        if isinstance(which, str):
            return next((layer for layer in self.item.layers if layer.name == which), None)
        if isinstance(which, Shell):
            return one_of(self.item.layers, which.item.index + 1 + int(relative), "layer")
        return one_of(self.item.layers, which, "layer")

    def call_duplicate(self) -> Any:
        return self.item.duplicate()


class LayersShell(Shell):
    """Live, as the project's items are."""

    type = "LayerCollection"

    def get_length(self) -> int:
        return len(self.item.layers)

    def at(self, index: int) -> Any:
        return one_of(self.item.layers, index, "layer")

    def call_by_name(self, name: str) -> Any:
        return next((layer for layer in self.item.layers if layer.name == name), None)

    def call_add(self, item: Shell, *duration: Any) -> Any:
        return self.item.add(item.item, *duration)

    def call_add_null(self, *duration: Any) -> Any:
        return self.item.add_null(*duration)

    def call_add_solid(self, color: Any, name: str, width: Any, height: Any, *rest: Any) -> Any:
        return self.item.add_solid(list(color), name, int(width), int(height), *rest)

    def call_add_text(self, text: str = "") -> Any:
        return self.item.add_text(text)
