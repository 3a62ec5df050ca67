"""Check of the empty marker files with which After Effects renders without licence or sign-in.

Adobe documents the first file name of MARKERS, in two folders: the user's Documents, and
Documents\\Adobe of the public profile. The other folders and the second file name come from other
projects (winae, shotwright, nexrender). The operator must clarify with Adobe whether rendering for
others in this way is allowed.
"""

from collections.abc import Iterator
from pathlib import Path

from render_container.doctor.finding import Finding, State
from render_container.doctor.installs import find_installs
from render_container.doctor.machine import Machine

MARKERS = ("ae_render_only_node.txt", "ae_render_only.txt")
"""Names of the marker files. Adobe documents only the first."""


def marked_folders(machine: Machine) -> dict[Path, bool]:
    """Return the folders that need the marker files; the value is True if Adobe documents it."""
    folders: dict[Path, bool] = {}
    for variable, documented in (("USERPROFILE", "Documents"), ("PUBLIC", r"Documents\Adobe")):
        home = machine.folder(variable)
        if home is not None:
            for place in ("Documents", r"Documents\Adobe"):
                folders[home.joinpath(*place.split("\\"))] = place == documented
    for install in find_installs(machine):
        folders[install.support] = False
    return folders


def check_licence(machine: Machine) -> Iterator[Finding]:
    """Yield a finding on whether each of `marked_folders` contains all marker files.

    It is a problem if a file that Adobe documents is missing. If only others are missing, it is a
    warning.
    """
    places = marked_folders(machine)
    wanted = [
        (folder / name, documented) for folder, documented in places.items() for name in MARKERS
    ]
    missing = [(file, documented) for file, documented in wanted if not file.is_file()]
    found = f"{len(wanted) - len(missing)} of {len(wanted)} files"
    if not missing:
        yield Finding(State.OK, "render-only marker", found)
        return
    needed = any(documented and file.name == MARKERS[0] for file, documented in missing)
    yield Finding(
        State.PROBLEM if needed else State.WARNING,
        "render-only marker",
        found,
        f"run mark-render-only.ps1 as this user; missing: {', '.join(str(f) for f, _ in missing)}",
    )
