"""Checks of the output-module and render-settings templates in After Effects' preferences.

The preferences are those of the current user, and py-aep decodes their files. Only the templates'
names are searched for, because the records around them depend on the After Effects version.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from py_aep.parsers.prefs import collapse_continuation_lines, parse_hex_value

from intarsia.domain.settings import Codec
from render_container.doctor.finding import Finding, State
from render_container.doctor.installs import find_installs
from render_container.doctor.machine import Machine

MODULES = (*map(str, Codec), "intermediate", "sound")
"""Names of the output-module templates that renders need."""
RENDER_SETTINGS = ("nx_full", "nx_draft")
"""Names of the render-settings templates that renders need."""
ADVICE = "run make_templates.jsx in After Effects and copy its preferences here: docs/windows.md"

_MODULE_NAME = re.compile(r'^\s*"Output Module Spec Strings Name #?\d+"\s*=\s*(.+)$')
_SETTINGS = re.compile(r'^\s*"Render Settings List"\s*=\s*(.+)$')


def check_templates(machine: Machine) -> Iterator[Finding]:
    """Yield findings on the templates in the preferences of each After Effects installation.

    They must contain all of MODULES and RENDER_SETTINGS.
    """
    roaming = machine.folder("APPDATA")
    for install in find_installs(machine):
        version = install.settings_version
        folder = roaming / "Adobe" / "After Effects" / version if roaming and version else None
        if folder is None or not folder.is_dir():
            found = f"no preferences in {folder or 'APPDATA'}"
            yield Finding(State.PROBLEM, "templates", found, ADVICE)
            continue
        yield _finding("output templates", version, MODULES, module_names(folder))
        yield _finding("render templates", version, RENDER_SETTINGS, _render_names(folder))


def module_names(folder: Path) -> set[str]:
    """Return the names of the output-module templates in an After Effects preferences folder."""
    lines = _lines(folder, "*-indep-output.txt")
    return {_text(match[1]) for line in lines if (match := _MODULE_NAME.match(line))}


def _render_names(folder: Path) -> set[str]:
    """Return those of RENDER_SETTINGS that are in an After Effects preferences folder."""
    lists = [
        match[1]
        for line in _lines(folder, "*-indep-render.txt")
        if (match := _SETTINGS.match(line))
    ]
    content = b"".join(map(_bytes, lists))
    # The records have a fixed length, so each name ends with a null byte.
    return {name for name in RENDER_SETTINGS if name.encode() + b"\0" in content}


def _lines(folder: Path, pattern: str) -> list[str]:
    return [
        line
        for path in sorted(folder.glob(pattern))
        for line in collapse_continuation_lines(path.read_text("utf-8", "replace"))
    ]


def _text(value: str) -> str:
    return _bytes(value).rstrip(b"\0").decode("utf-8", "replace")


def _bytes(value: str) -> bytes:
    try:
        return bytes(parse_hex_value(value))
    except ValueError:  # a quotation mark that is never closed
        return b""


def _finding(what: str, version: str | None, wanted: tuple[str, ...], known: set[str]) -> Finding:
    missing = [name for name in wanted if name not in known]
    found = f"{len(wanted) - len(missing)} of {len(wanted)} in {version}"
    if not missing:
        return Finding(State.OK, what, found)
    found = f"{found}; missing: {', '.join(missing)}"
    return Finding(State.PROBLEM, what, found, ADVICE)
