"""The command that starts an engine: set by the operator, or found by the engine's name."""

import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from intarsia.domain.settings import Engine
from intarsia.names import ENV_AERENDER
from render_container.engines.errors import EngineError

_YEARS = {Engine.AE2025: 2025, Engine.AE2026: 2026}
_PROGRAM_FOLDERS = ("ProgramFiles", "ProgramW6432")


def engine_command(engine: Engine, environment: Mapping[str, str]) -> list[str]:
    """Return the command that starts the engine, to which a render's arguments are appended.

    If `environment`, the environment variables, has INTARSIA_AERENDER, its value is the command for
    every engine. It is quoted as for a POSIX shell, on Windows too: backslashes must be inside
    single quotes.

    Raises EngineError if INTARSIA_AERENDER cannot be parsed or its program does not exist. Without
    INTARSIA_AERENDER, raises it if the engine's After Effects is not installed.
    """
    given = environment.get(ENV_AERENDER, "")
    if given:
        return _given(given)
    if engine is Engine.OPEN:
        return [sys.executable, "-m", "render_container.compositor.cli"]
    year = _YEARS[engine]
    for variable in _PROGRAM_FOLDERS:
        folder = environment.get(variable)
        found = find_aerender(Path(folder), year) if folder else None
        if found:
            return [str(found)]
    raise EngineError(f"After Effects {year} is not installed on this machine.")


def find_aerender(program_files: Path, year: int) -> Path | None:
    """Return the path of the newest aerender of After Effects `year`; None if there is none.

    Searches `Adobe/Adobe After Effects 2026*/Support Files/` in the folder `program_files`. The
    folder of a second installation of a year has its minor version in its name, as `2026.2`, or
    `(Beta)`. A beta is returned only if no release is installed.
    """
    adobe = program_files / "Adobe"
    if not adobe.is_dir():
        return None
    candidates = [
        (_release(folder.name, year), folder / "Support Files" / "aerender.exe")
        for folder in adobe.iterdir()
    ]
    installed = [(release, path) for release, path in candidates if release and path.is_file()]
    return max(installed)[1] if installed else None


def _release(name: str, year: int) -> tuple[bool, int] | None:
    match = re.fullmatch(rf"(?:Adobe )?After Effects {year}(?:\.(\d+))?( \(Beta\))?", name)
    return (match[2] is None, int(match[1] or 0)) if match else None


def _given(text: str) -> list[str]:
    try:
        command = shlex.split(text)
    except ValueError as error:
        raise EngineError(f"{ENV_AERENDER} is not a shell-quoted command: {error}.") from None
    if not command:
        raise EngineError(f"{ENV_AERENDER} is empty.")
    if shutil.which(command[0]) is None:
        raise EngineError(f"The engine's command does not exist: {command[0]}.")
    return command
