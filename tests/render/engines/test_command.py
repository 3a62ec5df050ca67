"""Which program draws."""

import sys
from pathlib import Path

import pytest

from intarsia.domain.settings import Engine
from render_container.engines.command import engine_command
from render_container.engines.errors import EngineError


def _install(program_files: Path, *names: str) -> dict[str, str]:
    for name in names:
        folder = program_files / "Adobe" / name / "Support Files"
        folder.mkdir(parents=True)
        (folder / "aerender.exe").touch()
    return {"ProgramFiles": str(program_files)}


def test_the_operators_command_wins_and_is_read_like_a_shell_does() -> None:
    quoted = f"{sys.executable} -m 'a module'"
    command = engine_command(Engine.AE2026, {"INTARSIA_AERENDER": quoted})
    assert command == [sys.executable, "-m", "a module"]


@pytest.mark.parametrize("text", ["'unclosed", "   ", "/no/such/aerender --x"])
def test_an_unusable_command_is_named(text: str) -> None:
    with pytest.raises(EngineError):
        engine_command(Engine.OPEN, {"INTARSIA_AERENDER": text})


def test_the_open_engine_is_our_own() -> None:
    command = engine_command(Engine.OPEN, {})
    assert command == [sys.executable, "-m", "render_container.compositor.cli"]


def test_the_newest_installation_of_the_asked_year_is_found(tmp_path: Path) -> None:
    environment = _install(
        tmp_path,
        "Adobe After Effects 2025",
        "Adobe After Effects 2026",
        "Adobe After Effects 2026.2",
        "Adobe After Effects 2026 (Beta)",
        "Adobe Photoshop 2026",
    )
    found = engine_command(Engine.AE2026, environment)[0]
    assert Path(found).parent.parent.name == "Adobe After Effects 2026.2"
    found = engine_command(Engine.AE2025, environment)[0]
    assert Path(found).parent.parent.name == "Adobe After Effects 2025"


def test_a_year_that_is_not_installed_is_said(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="After Effects 2026 is not installed"):
        engine_command(Engine.AE2026, _install(tmp_path, "Adobe After Effects 2025"))
    with pytest.raises(EngineError, match="After Effects 2026 is not installed"):
        engine_command(Engine.AE2026, {})
