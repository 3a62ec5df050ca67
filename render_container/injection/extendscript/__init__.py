"""The script that carries out plans inside After Effects, and where it is to be installed."""

from pathlib import Path

STARTUP_SCRIPT = Path(__file__).with_name("zz_intarsia.jsx")
"""The one file; it needs no other. It goes into `Support Files/Scripts/Startup`."""
