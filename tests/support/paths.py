"""Paths of project files that tests read and of programs that they run."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
BUNDLED_FONTS = ROOT / "render_container" / "compositor" / "fonts"
EXAMPLE_JOBS = ROOT / "examples" / "jobs"
JAVASCRIPT = ROOT / "tests" / "javascript"

_SUPPORT = ROOT / "tests" / "support"
FAKE_AERENDER = _SUPPORT / "fake_aerender" / "fake_aerender.py"
TOLD_ENGINE = _SUPPORT / "told_engine.py"
JOURNALING_ENGINE = _SUPPORT / "journaling_engine.py"
AFTER_EFFECTS = _SUPPORT / "after_effects.py"
HOST_PROCESSES = _SUPPORT / "host_processes.py"
