"""Which of the installed packages a worker needs: what its code imports, and what that requires.

The images install the whole requirements.lock, whose hashes pip checks, and take out what is not
needed, so there is no second list that somebody would have to keep:
`python setup/worker_packages.py --others > others.txt; pip uninstall --yes -r others.txt`.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution, distributions
from importlib.metadata import packages_distributions as distributions_by_module
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
OURS = ("render_container", "intarsia")
KEPT = frozenset({"pip", "setuptools"})
"""Not the worker's, but not in requirements.lock either."""


def imported_modules(root: Path = ROOT) -> set[str]:
    """Top-level modules, not ours, that anything in render_container leads to."""
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
    """Installed distributions that hold these modules, and those which they require."""
    holders = distributions_by_module()
    waiting = {normal(name) for module in modules for name in holders.get(module, [])}
    needed: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in needed:
            continue
        try:
            requirements = distribution(name).requires or []
        except PackageNotFoundError:
            continue  # for another system
        needed.add(name)
        for requirement in map(Requirement, requirements):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.add(normal(requirement.name))
    return needed


def normal(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            # What is imported from a package may be a module of it.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def main(arguments: list[str]) -> int:
    """Print the packages that are needed, or with --others those that are not."""
    needed = needed_packages(imported_modules())
    if arguments == ["--others"]:
        installed = {normal(each.name) for each in distributions()}
        needed = installed - needed - KEPT
    sys.stdout.write("".join(f"{name}\n" for name in sorted(needed)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
