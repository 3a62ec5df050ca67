"""ExtendScript in a JavaScript engine, with a project of py-aep's as After Effects' state."""

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import py_aep
import quickjs  # type: ignore[import-untyped]

from tests.render.injection.extendscript.dom import files, items, layers, members, properties
from tests.render.injection.extendscript.dom.shells import UNDEFINED, ScriptError, Shell, Undefined

_SOURCE = Path(__file__).parent
_ENUMERATIONS = (
    "AutoKernType", "CloseOptions", "FontBaselineOption", "FontCapsOption", "ImportAsType",
    "LineOrientation", "ParagraphJustification", "PropertyType", "PropertyValueType",
    "TrackMatteType",
)  # fmt: skip
_SHELLS: dict[str, type[Shell]] = {
    "Project": items.ProjectShell,
    "CompItem": items.CompShell,
    "FolderItem": items.FolderShell,
    "FootageItem": items.FootageShell,
    "SolidSource": items.SourceShell,
    "FileSource": items.SourceShell,
    "PlaceholderSource": items.SourceShell,
    "AVLayer": layers.AVLayerShell,
    "TextLayer": layers.TextLayerShell,
    "ShapeLayer": layers.ShapeLayerShell,
    "CameraLayer": layers.CameraLayerShell,
    "LightLayer": layers.LightLayerShell,
    "Property": properties.PropertyShell,
    "PropertyGroup": properties.GroupShell,
    "MaskPropertyGroup": properties.GroupShell,
}


@dataclass(frozen=True)
class Habits:
    """What is not known of After Effects, so that scripts are tried with each."""

    flat: bool = False
    """Whether a text layer is no `instanceof AVLayer`."""
    same: bool = False
    """Whether two reads give the same (`===`) object."""
    locks: bool = False
    """Whether a locked layer refuses to be changed by scripts."""
    strict: bool = True
    """Whether an array shorter than a property's value is refused; in the field it is not."""


class World:
    """One After Effects with one project open."""

    def __init__(
        self,
        project: Any,
        environment: Mapping[str, str] | None = None,
        habits: Habits | None = None,
    ) -> None:
        self.project = project
        self.environment = dict(environment or {})
        self.habits = habits or Habits()
        self.said: list[str] = []
        """What scripts wrote to the console."""
        self.alerts: list[str] = []
        """Dialogs that a script opened: each would stop a render for ever."""
        self.exit_code = 0
        self.suppressing = 0
        """How many beginSuppressDialogs are still open."""
        self.version = 0
        """Counts changes of values."""
        self._shells: list[Shell] = []
        self._of: dict[int, Shell] = {}
        self._made: dict[Hashable, Shell] = {}
        self._context = quickjs.Context()
        self._start()

    def run(self, source: str) -> Any:
        """Run a script in the global scope and give its value (no object).

        Raises quickjs.JSException. U+2028 and U+2029 end a line in ECMAScript 3, also inside a
        string literal.
        """
        return self._context.eval(source.replace("\u2028", "\n").replace("\u2029", "\n"))

    def shell(self, item: Any) -> Any:
        """What stands for an object of py-aep's; always the same."""
        if id(item) not in self._of:
            self._of[id(item)] = _SHELLS[type(item).__name__](self, item)
        return self._of[id(item)]

    def made(self, key: Hashable, kind: Callable[..., Shell], item: Any = None) -> Shell:
        """Something that py-aep has no object for; always the same."""
        if key not in self._made:
            self._made[key] = kind(self, item)
        return self._made[key]

    def _start(self) -> None:
        application = self._handle(self.made("app", items.ApplicationShell))
        environment = self._handle(self.made("$", files.EnvironmentShell))
        about = {
            "classes": members.described(flat=self.habits.flat),
            "sameShells": self.habits.same,
            "enumerations": {
                name: {item.name: int(item) for item in getattr(py_aep, name)}
                for name in _ENUMERATIONS
            },
            "globals": {"app": (application, "Application"), "$": (environment, "Environment")},
        }
        self._context.add_callable("$host", self._answer)
        self._context.set("$about", json.dumps(about))
        for name in ("dom.js", "es3.js"):
            self._context.eval((_SOURCE / name).read_text())

    def _handle(self, shell: Shell) -> int:
        if shell.handle is None:
            shell.handle = len(self._shells)
            self._shells.append(shell)
        return shell.handle

    def _answer(self, request: str) -> str:
        """Everything that dom.js asks, as ASCII JSON: the engine's own strings end at a NUL."""
        operation, handle, name, given = json.loads(request)
        try:
            value = self._do(operation, handle, name, [self._decode(item) for item in given])
            return json.dumps({"value": self._encode(value)}, allow_nan=False)
        except ScriptError as error:
            return json.dumps({"error": str(error)})
        except (ValueError, TypeError, AttributeError, NotImplementedError) as error:
            # py-aep refuses what After Effects refuses.
            return json.dumps({"error": f"After Effects error: {error}"})
        except Exception as error:  # noqa: BLE001 - an exception must not pass through the engine
            return json.dumps({"error": f"mock broke: {type(error).__name__}: {error}"})

    def _do(self, operation: str, handle: int, name: str, given: list[Any]) -> Any:
        if operation == "new":
            return files.make(self, name, given)
        if operation == "alert":
            self.alerts.append(given[0])
            return UNDEFINED
        shell = self._shells[handle]
        if operation == "call":
            value = shell.call(name, given)
            return UNDEFINED if value is None and name in _GIVES_NOTHING else value
        actions: dict[str, Callable[[], Any]] = {
            "get": lambda: shell.get(name),
            "set": lambda: shell.set(name, given[0]),
            "at": lambda: shell.at(int(name)),
            "string": shell.text,
            "valid": lambda: not shell.dead,
        }
        return actions[operation]()

    def _decode(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._decode(item) for item in value]
        if not isinstance(value, dict):
            return value
        if isinstance(value["$"], int):
            return self._shells[value["$"]]
        if value["$"] == "undefined":
            return None
        if value["$"] == "number":
            return float(value["of"].replace("Infinity", "inf"))
        raise ScriptError(f"After Effects error: a {value['$']} is no value here")

    def _encode(self, value: Any) -> Any:
        if isinstance(value, IntEnum):
            return int(value)
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, Undefined):
            return {"$": "undefined"}
        if isinstance(value, (list, tuple)):
            return [self._encode(item) for item in value]
        if isinstance(value, Path):
            value = files.FileShell(self, value)
        shell = value if isinstance(value, Shell) else self.shell(value)
        return {"$": self._handle(shell), "of": shell.type}


_GIVES_NOTHING = frozenset({"setValue", "remove", "replaceSource", "writeln"})
