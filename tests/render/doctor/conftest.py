"""A made-up Windows machine that can render: folders, a fake aerender, nvidia-smi's answers."""

import struct
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from intarsia.domain.settings import Codec
from render_container.doctor.machine import Machine, Ran

YEAR = "Adobe After Effects 2026"
MODULES = [*map(str, Codec), "intermediate", "sound"]
GPU = "NVIDIA A10G, 553.62, 23028 MiB, WDDM\n"


@dataclass
class Commands:
    """What commands answer, by the program's name; everything else does not exist."""

    answers: dict[str, Ran] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)

    def __call__(self, command, seconds):
        assert seconds > 0
        self.asked.append(list(command))
        name = command[0].replace("\\", "/").rpartition("/")[2]
        return self.answers.get(name, Ran(None, "No such file or directory"))


@pytest.fixture
def commands():
    # A good `-version` ends with 15.
    return Commands(
        {"aerender.exe": Ran(15, "aerender version 26.2x49\r\n"), "nvidia-smi": Ran(0, GPU)}
    )


@pytest.fixture
def variables(tmp_path):
    return {
        "ProgramFiles": str(tmp_path / "Program Files"),
        "USERPROFILE": str(tmp_path / "Users" / "render"),
        "PUBLIC": str(tmp_path / "Users" / "Public"),
        "APPDATA": str(tmp_path / "Users" / "render" / "Roaming"),
        "LOCALAPPDATA": str(tmp_path / "Users" / "render" / "Local"),
        "SystemRoot": str(tmp_path / "Windows"),
    }


@pytest.fixture
def support(tmp_path):
    """Support Files of the one installation."""
    return tmp_path / "Program Files" / "Adobe" / YEAR / "Support Files"


@pytest.fixture
def startup_script(tmp_path, monkeypatch):
    """What the worker has, in place of the real one, which is another's matter."""
    script = tmp_path / "ours.jsx"
    script.write_bytes(b"// ours\n")
    package = SimpleNamespace(STARTUP_SCRIPT=script)
    monkeypatch.setitem(sys.modules, "render_container.injection.extendscript", package)
    return script


def program(version=(26, 2, 0, 49)):
    """A Windows program as far as its version is concerned."""
    first, second, third, fourth = version
    numbers = (first << 16 | second, third << 16 | fourth)
    return b"MZ" + b"\0" * 99 + struct.pack("<LLLL", 0xFEEF04BD, 0x10000, *numbers) + b"\0" * 40


def output_preferences(names):
    """As After Effects writes them; one name in its mixed coding, one value over two lines."""
    lines = ['["Output Module Preference Section v28"]', '\t"Output Module List v28" = 00D00BEE\\']
    lines += ['\t\t"....."0000', '["Output Module Spec Strings Preference Section"]']
    for number, name in enumerate(["High Quality", *names]):
        value = f'"{name[:5]}"{name[5:].encode().hex().upper()}' if number == 1 else f'"{name}"'
        lines.append(f'\t"Output Module Spec Strings Name {number}" = {value}')
    return "\n".join(lines) + "\n"


def render_preferences(names):
    """A list of records with names in them, broken over lines in the middle of a name."""
    record = "0000".join(f'"{name[:3]}"\\\n\t\t"{name[3:]}"00' for name in ["Best", *names])
    return f'["Render Settings"]\n\t"Render Settings List" = 00D00BEE{record}\n'


@pytest.fixture
def write_preferences(variables):
    def write(modules=MODULES, settings=("nx_full", "nx_draft"), version="26.2"):
        folder = Path(variables["APPDATA"]) / "Adobe" / "After Effects" / version
        folder.mkdir(parents=True, exist_ok=True)
        name = f"Adobe After Effects {version} Prefs-indep"
        (folder / f"{name}-output.txt").write_text(output_preferences(modules))
        (folder / f"{name}-render.txt").write_text(render_preferences(settings))

    return write


@pytest.fixture
def machine(variables, support, commands, startup_script, write_preferences):
    """One to which nothing is missing."""
    tmp_path = Path(variables["ProgramFiles"]).parent
    startup = support / "Scripts" / "Startup"
    startup.mkdir(parents=True)
    for name in ("aerender.exe", "AfterFX.exe", "AfterFX.com"):
        (support / name).write_bytes(program())
    (startup / "zz_intarsia.jsx").write_bytes(startup_script.read_bytes())
    users = tmp_path / "Users"
    for folder in ("render/Documents", "render/Documents/Adobe", "Public/Documents"):
        (users / folder).mkdir(parents=True, exist_ok=True)
    (users / "Public" / "Documents" / "Adobe").mkdir()
    for folder in (
        *(users / "render" / "Documents", users / "render" / "Documents" / "Adobe"),
        *(users / "Public" / "Documents", users / "Public" / "Documents" / "Adobe"),
        support,
    ):
        (folder / "ae_render_only_node.txt").touch()
        (folder / "ae_render_only.txt").touch()
    fonts = tmp_path / "Windows" / "Fonts"
    fonts.mkdir(parents=True)
    for number in range(30):
        (fonts / f"font{number}.TTF").touch()
    (fonts / "simsun.ttc").touch()
    write_preferences()
    return Machine(windows=True, variables=variables, run=commands)


@pytest.fixture
def with_variables(machine):
    """The machine with other variables; None takes one away."""

    def change(**changes):
        changed = machine.variables | changes
        kept = {name: str(value) for name, value in changed.items() if value is not None}
        return replace(machine, variables=kept)

    return change


@pytest.fixture
def states():
    """Findings as pairs of state and what."""
    return lambda findings: [(str(finding.state), finding.what) for finding in findings]
