"""The script that carries out plans inside After Effects, and where it is to be installed."""

import re
from pathlib import Path

STARTUP_SCRIPT = Path(__file__).with_name("zz_intarsia.jsx")
"""The one file; it needs no other. It goes into `Support Files/Scripts/Startup`."""

_VERSION = re.compile(r'^    var VERSION = "([0-9.]+)";$', re.MULTILINE)
_LARGEST = 1_000_000  # characters


def version_of(script: Path) -> str | None:
    """The version of an installed startup script; None if it is not there or not ours."""
    try:
        with script.open(encoding="ascii") as file:
            found = _VERSION.search(file.read(_LARGEST))
    except (OSError, UnicodeDecodeError):
        return None
    return None if found is None else found[1]


def script_version() -> str:
    """The version of STARTUP_SCRIPT, which results carry."""
    version = version_of(STARTUP_SCRIPT)
    assert version is not None
    return version
