import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import py_aep
import pytest

from examples.templates.build import build_all
from examples.templates.package import BuiltTemplate

JOBS = Path(__file__).parents[3] / "examples" / "jobs"


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BuiltTemplate]:
    """Every example template, freshly built, by name."""
    built = build_all(tmp_path_factory.mktemp("templates"))
    return {template.name: template for template in built}


@pytest.fixture(scope="session")
def projects(
    templates: dict[str, BuiltTemplate], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """Every template's project, read back from its file (zips unpacked elsewhere), by name."""
    projects = {}
    for name, template in templates.items():
        path = template.path
        if template.type == "zip":
            folder = tmp_path_factory.mktemp(name)
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder)
            [path] = folder.glob("*.aep")
        projects[name] = py_aep.parse(path).project
    return projects


@pytest.fixture(scope="session")
def comp(projects: dict[str, Any]) -> Callable[[str], Any]:
    """The composition of the template of that name (all examples have one, named alike)."""

    def find(name: str) -> Any:
        [found] = [item for item in projects[name].compositions if item.name == name]
        return found

    return find


@pytest.fixture(params=sorted(path.name for path in JOBS.glob("*.json")))
def job(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each example job in turn."""
    body: dict[str, Any] = json.loads((JOBS / request.param).read_text())
    return body


@pytest.fixture(scope="session")
def read_job() -> Callable[[str], dict[str, Any]]:
    """Read one example job by file name."""

    def read(name: str) -> dict[str, Any]:
        body: dict[str, Any] = json.loads((JOBS / name).read_text())
        return body

    return read
