"""What a function loads before its first event: each import is time that somebody waits."""

import ast
import json
import subprocess
import sys

import boto3
import pytest

from lambdas import dependencies
from tests.support.paths import ROOT

# In one worker of pytest-xdist, which loads the functions once for all of them.
pytestmark = pytest.mark.xdist_group("cold start")
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "lambdas").glob("*/handler.py"))
CODE = [
    path
    for folder in ("lambdas", "intarsia/workflow", "intarsia/storage")
    for path in (ROOT / folder).rglob("*.py")
]
LOADED = """
import importlib, json, sys
from lambdas import dependencies
for name in sys.argv[1:]:
    importlib.import_module(f"lambdas.{name}.handler")
print(json.dumps([*sys.modules, *["client"] * dependencies.client.cache_info().currsize]))
"""


def loaded_by(*functions):
    """Modules that are there once these functions have been imported, without any environment."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *functions],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))


@pytest.fixture(scope="module")
def api():
    return loaded_by("api")


@pytest.fixture(scope="module")
def workflow():
    """What a tree waits for again and again."""
    return loaded_by("join", "settle", "admit", "publish", "janitor")


def test_all_functions_are_found():
    assert {"api", "join", "settle", "publish"} <= set(FUNCTIONS)


@pytest.mark.parametrize("rare", ["fontTools", "uharfbuzz", "py_aep", "httpx", "av", "numpy"])
def test_the_api_loads_nothing_that_a_request_rarely_needs(api, rare):
    assert rare not in api


@pytest.mark.parametrize("heavy", ["aws_lambda_powertools.event_handler", "httpx", "fontTools"])
def test_a_step_of_the_workflow_loads_neither_router_nor_readers(workflow, heavy):
    assert heavy not in workflow


def test_nothing_is_called_or_kept_before_the_first_event(api, workflow):
    """A snapshot taken then may start many functions: no ids, secrets or connections in it."""
    assert "client" not in api | workflow


def test_there_is_one_client_a_service(aws, monkeypatch):
    monkeypatch.setenv("INTARSIA_TABLE", "table")
    dependencies.client.cache_clear()
    made = []
    monkeypatch.setattr(boto3, "client", lambda service, **_: made.append(service))

    for repository in (dependencies.jobs, dependencies.keys, dependencies.fonts, dependencies.jobs):
        repository()

    dependencies.client.cache_clear()
    assert made == ["dynamodb"]


def test_nothing_takes_the_slow_ways_of_its_libraries():
    """boto3's resources, a router that validates, a tracer that needs a package of its own."""
    slow = {"resource", "Session", "Tracer", "enable_validation"}
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            used = {getattr(node, field, None) for field in ("attr", "arg", "name")}
            assert not used & slow, f"{path.name}:{getattr(node, 'lineno', 0)}"
