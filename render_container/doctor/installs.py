"""After Effects installations on a Windows machine: their folders and versions."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path

from render_container.doctor.machine import Machine

PROGRAM_FOLDERS = ("ProgramFiles", "ProgramW6432")
_NAME = re.compile(r"(?:Adobe )?After Effects (\d{4})(?:\.\d+)?( \(Beta\))?")
_FIXED_INFO = struct.pack("<L", 0xFEEF04BD)
"""Signature of VS_FIXEDFILEINFO, the structure with the version of a Windows program.

https://learn.microsoft.com/windows/win32/api/verrsrc
"""


@dataclass(frozen=True)
class Install:
    """An installation of After Effects."""

    folder: Path
    """Folder of the installation, which contains `Support Files`."""
    year: int
    """Year in the folder's name, such as 2026."""
    beta: bool
    """Whether the folder's name contains `(Beta)`."""

    @property
    def support(self) -> Path:
        """The folder `Support Files`: programs, plug-ins and scripts."""
        return self.folder / "Support Files"

    @property
    def aerender(self) -> Path:
        """Path of aerender.exe, the command-line renderer, whether it exists or not."""
        return self.support / "aerender.exe"

    @property
    def version(self) -> str | None:
        """Version of AfterFX.exe, such as `26.2.0.49`; None if the file is missing or has none."""
        return file_version(self.support / "AfterFX.exe")

    @property
    def settings_version(self) -> str | None:
        """Name of this version's preferences folder, such as `26.2`; None if `version` is None."""
        return ".".join(self.version.split(".")[:2]) if self.version else None


def find_installs(machine: Machine) -> list[Install]:
    """Return all After Effects installations in the program folders, the oldest year first."""
    found: dict[Path, Install] = {}
    for variable in PROGRAM_FOLDERS:
        programs = machine.folder(variable)
        if programs is None or not (programs / "Adobe").is_dir():
            continue
        for folder in (programs / "Adobe").iterdir():
            if match := _NAME.fullmatch(folder.name):
                found[folder] = Install(folder, int(match[1]), beta=match[2] is not None)
    return sorted(found.values(), key=lambda install: (install.year, install.folder.name))


def file_version(program: Path) -> str | None:
    """Return the version in the resources of a Windows program, such as `26.2.0.49`.

    Return None if the file cannot be read or contains no version. Works on any operating system.
    """
    try:
        content = program.read_bytes()
    except OSError:
        return None
    place = content.find(_FIXED_INFO)
    if place < 0 or place + 16 > len(content):
        return None
    high, low = struct.unpack_from("<LL", content, place + 8)
    return ".".join(str(part) for part in (high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF))
