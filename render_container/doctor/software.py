"""Checks of Python, the worker's code and the required libraries."""

import hashlib
import importlib
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from render_container.doctor.finding import Finding, State
from render_container.doctor.machine import Machine

PYTHON = (3, 11)
"""Oldest Python version that the worker supports."""
LIBRARIES = {"py-aep": "py_aep", "av": "av", "numpy": "numpy", "boto3": "boto3"}
"""Modules to import, by package name, for the libraries that every worker needs."""
DRAWING = {"skia-python": "skia", "uharfbuzz": "uharfbuzz"}
"""Modules to import, by package name, for the libraries that only the compositor needs."""
_SOURCES = Path(__file__).parents[2]


def check_software(_: Machine) -> Iterator[Finding]:
    """Yield findings on Python, on the libraries of every worker, and the code's fingerprint."""
    yield _python()
    yield Finding(State.OK, "worker", f"code {fingerprint()}")
    for name, module in LIBRARIES.items():
        yield _library(name, module)


def check_drawing(_: Machine) -> Iterator[Finding]:
    """Yield a finding per library that only the compositor needs: whether it can be imported."""
    for name, module in DRAWING.items():
        yield _library(name, module)


def fingerprint(root: Path = _SOURCES) -> str:
    """Return twelve hexadecimal digits of a hash of the worker's code: the same for the same code.

    `root` is the folder that contains the packages `intarsia` and `render_container`. Differences
    in line endings are ignored.
    """
    digest = hashlib.sha256()
    for package in ("intarsia", "render_container"):
        files = (root / package).rglob("*")
        for path in sorted(path for path in files if path.suffix in {".py", ".jsx"}):
            # Line endings depend on the configuration of git.
            content = path.read_bytes().replace(b"\r\n", b"\n")
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + content)
    return digest.hexdigest()[:12]


def _python() -> Finding:
    found = f"{platform.python_version()} on {platform.platform()}"
    if sys.version_info < PYTHON:
        advice = f"install Python {'.'.join(map(str, PYTHON))} or later"
        return Finding(State.PROBLEM, "Python", found, advice)
    return Finding(State.OK, "Python", found)


def _library(name: str, module: str) -> Finding:
    try:
        importlib.import_module(module)
    except ImportError as error:
        advice = "install the packages in requirements.lock again"
        return Finding(State.PROBLEM, name, f"cannot be imported: {error}", advice)
    try:
        return Finding(State.OK, name, version(name).removeprefix("v"))
    except PackageNotFoundError:
        return Finding(State.OK, name, "installed, unknown version")
