"""Files as ExtendScript has them, the environment, import options."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.render.injection.extendscript.dom.shells import ScriptError, Shell

_ENCODINGS = {"UTF-8": "utf-8", "UTF8": "utf-8", "BINARY": "latin-1", "ASCII": "ascii"}


def local_path(text: str) -> Path:
    """The file that a path or URI names: `%20` is a space in ExtendScript, even in a plain path."""
    decoded = re.sub(
        r"(?:%[0-9A-Fa-f]{2})+",
        lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"),
        text,
    )
    return Path(decoded)


class PathShell(Shell):
    """A file or folder; `name` and `path` are URIs, `fsName` is as the system writes it."""

    def get_exists(self) -> bool:
        exists = self.item.is_file if self.type == "File" else self.item.is_dir
        return bool(exists())

    def get_fs_name(self) -> str:
        return str(self.item)

    def get_full_name(self) -> str:
        return quote(str(self.item))

    get_absolute_uri = get_full_name

    def get_name(self) -> str:
        return quote(self.item.name)

    def get_path(self) -> str:
        return quote(str(self.item.parent))

    def text(self) -> str:
        return self.get_full_name()


class FileShell(PathShell):
    """Methods give true or false and set `error`; nothing is thrown."""

    type = "File"

    def __init__(self, world: Any, item: Any) -> None:
        super().__init__(world, item)
        self.encoding = ""
        self.line_feed = "Windows"
        self._mode = ""
        self._content = ""
        self._place = 0
        self._error = ""

    def get_encoding(self) -> str:
        return self.encoding

    def set_encoding(self, name: str) -> None:
        self.encoding = name

    def get_line_feed(self) -> str:
        return self.line_feed

    def set_line_feed(self, name: str) -> None:
        self.line_feed = name

    def get_error(self) -> str:
        return self._error

    def get_eof(self) -> bool:
        return self._place >= len(self._content)

    def get_length(self) -> int:
        return self.item.stat().st_size if self.item.is_file() else 0

    def _codec(self) -> str:
        # Without an encoding it is the system's, here that of Windows in the West.
        return _ENCODINGS.get(self.encoding, "cp1252")

    def call_open(self, mode: str = "r") -> bool:
        try:
            if mode == "r":
                with self.item.open(encoding=self._codec(), errors="replace", newline="") as file:
                    self._content = re.sub("\r\n?", "\n", file.read())
            else:
                self._content = self.item.read_text() if mode == "a" and self.item.exists() else ""
                self.item.write_bytes(b"")
        except OSError as error:
            self._error = str(error)
            return False
        self._mode, self._place = mode, 0
        return True

    def call_read(self, count: Any = None) -> str:
        end = len(self._content) if count is None else self._place + int(count)
        text = self._content[self._place : end]
        self._place += len(text)
        return text

    def call_readln(self) -> str:
        line = self._content[self._place :].partition("\n")[0]
        self._place += len(line) + 1
        return line

    def call_write(self, *texts: Any) -> bool:
        if self._mode not in {"w", "a", "e"}:
            self._error = "not open for writing"
            return False
        self._content += "".join(map(str, texts))
        return True

    def call_writeln(self, *texts: Any) -> bool:
        return self.call_write(*texts, "\n")

    def call_close(self) -> bool:
        if self._mode in {"w", "a", "e"}:
            end = {"Windows": "\r\n", "Unix": "\n"}.get(self.line_feed, "\r")
            text = self._content.replace("\n", end)
            self.item.write_bytes(text.encode(self._codec(), errors="replace"))
        self._mode = ""
        return True

    def call_remove(self) -> bool:
        try:
            self.item.unlink()
        except OSError as error:
            self._error = str(error)
            return False
        return True

    def call_rename(self, name: str) -> bool:
        """Within its folder. Refused if the name is taken, which is how Windows is."""
        target = self.item.with_name(local_path(name).name)
        if target.exists() or not self.item.exists():
            self._error = "cannot rename"
            return False
        self.item.rename(target)
        self.item = target
        return True


class FolderPathShell(PathShell):
    type = "Folder"

    def call_create(self) -> bool:
        self.item.mkdir(parents=True, exist_ok=True)
        return True


class ImportOptionsShell(Shell):
    """Its `item` is a dictionary of its members."""

    type = "ImportOptions"

    def get(self, name: str) -> Any:
        return self.item[name]

    def set(self, name: str, value: Any) -> None:
        self.item[name] = value.item if isinstance(value, Shell) else value

    def call_can_import_as(self, kind: Any) -> bool:
        return True


class EnvironmentShell(Shell):
    """`$`."""

    type = "Environment"

    def get_file_name(self) -> str:
        return "mock"

    def get_line(self) -> int:
        return 1

    def get_engine_name(self) -> str:
        return "main"

    def call_getenv(self, name: str) -> str | None:
        return self.world.environment.get(name)

    def call_writeln(self, *texts: Any) -> None:
        self.world.said.append("".join(map(str, texts)))

    def call_sleep(self, milliseconds: Any) -> None:
        """Time is no part of a project's state."""


def make(world: Any, name: str, given: list[Any]) -> Shell:
    """What `new` makes."""
    from py_aep import TextDocument

    from tests.render.injection.extendscript.dom.texts import TextShell

    first = given[0] if given else None
    if name == "File":
        return FileShell(world, local_path(str(first)))
    if name == "Folder":
        return FolderPathShell(world, local_path(str(first)))
    if name == "TextDocument":
        return TextShell(world, TextDocument(str(first)), origin=None)
    if name == "ImportOptions":
        if first is not None and not isinstance(first, FileShell):
            raise ScriptError("After Effects error: the parameter is not a File")
        members = {"sequence": False, "forceAlphabetical": False, "importAs": 3813}
        return ImportOptionsShell(world, {**members, "file": first.item if first else None})
    raise ScriptError(f"mock: a script cannot make a {name}")
