"""Check of Intarsia's startup script, which applies injection plans inside After Effects."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from render_container.doctor.finding import Finding, State
from render_container.doctor.installs import find_installs
from render_container.doctor.machine import Machine

NAME = "zz_intarsia.jsx"
"""File name of the startup script.

After Effects loads startup scripts in the order of their names. This one uses functions of Adobe's
commandLineRenderer.jsx, so it must sort after that.
"""


def check_hook(machine: Machine) -> Iterator[Finding]:
    """Yield a finding per After Effects installation: whether its startup script is this worker's.

    Differences in line endings are ignored.
    """
    from render_container.injection.extendscript import STARTUP_SCRIPT

    ours = STARTUP_SCRIPT.read_bytes()
    for install in find_installs(machine):
        yield _installed(install.support / "Scripts" / "Startup" / NAME, ours, install.folder.name)


def _installed(place: Path, ours: bytes, where: str) -> Finding:
    what, advice = "startup script", f"run install-startup-script.ps1 ({place})"
    try:
        theirs = place.read_bytes()
    except OSError:
        return Finding(State.PROBLEM, what, f"not in {where}", advice)
    if _plain(theirs) != _plain(ours):
        found = f"{_short(theirs)} in {where}; this worker's is {_short(ours)}"
        return Finding(State.PROBLEM, what, found, advice)
    return Finding(State.OK, what, f"{_short(theirs)} in {where}")


def _plain(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def _short(content: bytes) -> str:
    return hashlib.sha256(_plain(content)).hexdigest()[:12]
