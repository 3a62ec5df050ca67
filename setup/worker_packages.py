"""Generator of render_container/requirements.lock, the part of requirements.lock for workers.

The part is derived from the imports of the worker's code and their requirements, so that no
second list has to be maintained. Run it after `make lock`: `python setup/worker_packages.py`. A
test checks that the file is up to date. The whole lock cannot be installed on Windows, because
some of the tests' tools are for Linux only.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from importlib.metadata import packages_distributions as distributions_by_module
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
OURS = ("render_container", "intarsia")
SYSTEMS = (
    {"extra": "", "sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"extra": "", "sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
)
"""Environment markers of the Linux and the Windows image."""
SETUP = "setup"
"""Extra with the packages of setup/headless_skia.py, uninstalled after it ran. Linux only."""


def imported_modules(root: Path = ROOT) -> set[str]:
    """Return third-party top-level modules that render_container imports, even indirectly."""
    waiting = {
        path.relative_to(root).with_suffix("").as_posix().replace("/", ".")
        for path in (root / "render_container").rglob("*.py")
    }
    seen: set[str] = set()
    others: set[str] = set()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        if module.partition(".")[0] not in OURS:
            others.add(module.partition(".")[0])
            continue
        path = root.joinpath(*module.split("."))
        file = (
            path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        )
        if file.is_file():
            waiting.update(_imports(ast.parse(file.read_text(encoding="utf-8"))))
    return others - sys.stdlib_module_names


def needed_packages(modules: Iterable[str]) -> set[str]:
    """Return the distributions of these modules, and their requirements on any of SYSTEMS."""
    holders = distributions_by_module()
    waiting = {normal(name) for module in modules for name in holders.get(module, [])}
    needed: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in needed:
            continue
        needed.add(name)
        try:
            requirements = distribution(name).requires or []
        except PackageNotFoundError:
            continue  # for another system, so its requirements are unknown here
        waiting |= {
            normal(requirement.name)
            for requirement in map(Requirement, requirements)
            if requirement.marker is None or any(map(requirement.marker.evaluate, SYSTEMS))
        }
    return needed


def worker_lock(root: Path = ROOT) -> str:
    """Return the content of render_container/requirements.lock."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    direct = [Requirement(each) for each in project["dependencies"]]
    # Packages for another system are not installed here, so all with a marker are included.
    needed = needed_packages(imported_modules(root)) | {
        normal(each.name) for each in direct if each.marker is not None
    }
    setup = {normal(Requirement(each).name) for each in project["optional-dependencies"][SETUP]}
    lock = (root / "requirements.lock").read_text(encoding="utf-8").strip()
    entries = []
    for entry in re.split(r"\n(?=\S)", lock):
        name = normal(re.split(r"[= ]", entry, maxsplit=1)[0])
        if name in needed:
            entries.append(entry)
        elif name in setup:
            entries.append(entry.replace(" \\", " ; sys_platform == 'linux' \\", 1))
    return "\n".join(entries) + "\n"


def normal(name: str) -> str:
    """Return a distribution's name, normalised as in PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            # A name imported from a package may be one of its modules.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


if __name__ == "__main__":
    (ROOT / "render_container" / "requirements.lock").write_text(worker_lock(), encoding="utf-8")
