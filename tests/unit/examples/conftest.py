import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import py_aep
import pytest

from examples.templates.package import BuiltTemplate
from intarsia.projects.archive import extract_project
from intarsia.projects.facts import ProjectFacts
from intarsia.projects.reader import read_in_process
from tests.support.paths import EXAMPLE_JOBS


@pytest.fixture(scope="session")
def templates(example_templates: dict[str, BuiltTemplate]) -> dict[str, BuiltTemplate]:
    """Every example template, freshly built, by name."""
    return example_templates


@pytest.fixture(scope="session")
def project_files(
    templates: dict[str, BuiltTemplate], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Every template's project file, unpacked as an upload would be, by name."""
    folder = tmp_path_factory.mktemp("unpacked")
    return {
        name: extract_project(template.path, template.type, folder / name)
        for name, template in templates.items()
    }


@pytest.fixture(scope="session")
def projects(project_files: dict[str, Path]) -> dict[str, Any]:
    """Every template's project, read back from its file, by name."""
    return {name: py_aep.parse(path).project for name, path in project_files.items()}


@pytest.fixture(scope="session")
def facts(project_files: dict[str, Path]) -> Callable[[str], ProjectFacts]:
    """What is known at submit time about the template of that name."""

    @cache
    def find(name: str) -> ProjectFacts:
        path = project_files[name]
        return read_in_process(path, root=path.parent)

    return find


@pytest.fixture(scope="session")
def comp(projects: dict[str, Any]) -> Callable[[str], Any]:
    """The composition of the template of that name (all examples have one, named alike)."""

    def find(name: str) -> Any:
        [found] = [item for item in projects[name].compositions if item.name == name]
        return found

    return find


@pytest.fixture(params=sorted(path.name for path in EXAMPLE_JOBS.glob("*.json")))
def job(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each example job in turn."""
    body: dict[str, Any] = json.loads((EXAMPLE_JOBS / request.param).read_text())
    return body


@pytest.fixture(scope="session")
def read_job() -> Callable[[str], dict[str, Any]]:
    """Read one example job by file name."""

    def read(name: str) -> dict[str, Any]:
        body: dict[str, Any] = json.loads((EXAMPLE_JOBS / name).read_text())
        return body

    return read
