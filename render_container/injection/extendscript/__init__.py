"""The startup script that carries out plans inside After Effects."""

from pathlib import Path

STARTUP_SCRIPT = Path(__file__).with_name("zz_intarsia.jsx")
"""The only file to install, in `Support Files/Scripts/Startup`."""
