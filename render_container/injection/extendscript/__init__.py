"""The startup script of After Effects that carries out plans."""

from pathlib import Path

STARTUP_SCRIPT = Path(__file__).with_name("zz_intarsia.jsx")
"""Path of the startup script.

It is the only file to install, in After Effects' folder `Support Files/Scripts/Startup`.
"""
