"""The startup script is ECMAScript 3, as ExtendScript reads it, and builds no code of its own."""

from collections.abc import Callable
from typing import Any

import pytest

from render_container.injection.extendscript import STARTUP_SCRIPT
from tests.support.javascript import JavaScript

Survey = Callable[[str], dict[str, Any]]
# Of ECMAScript 5 and later.
_LATER_METHODS = (
    "map forEach filter reduce reduceRight some every isArray bind trim keys values entries create"
    " defineProperty defineProperties getOwnPropertyNames getPrototypeOf freeze seal now"
    " toISOString toJSON includes startsWith endsWith repeat padStart padEnd find findIndex fill"
    " flat assign"
)
_LATER_GLOBALS = "JSON Promise Symbol Map Set Reflect Proxy globalThis console setTimeout window"


@pytest.fixture
def survey(javascript: JavaScript) -> Survey:
    """`survey(source)`: the error in a source, or what is doubtful in it."""
    return lambda source: javascript("survey", source)


@pytest.fixture
def found(survey: Survey) -> dict[str, Any]:
    return survey(STARTUP_SCRIPT.read_text())


def test_the_script_is_ecmascript_3(found: dict[str, Any]) -> None:
    assert "error" not in found


@pytest.mark.parametrize(
    "source",
    [
        "var a = [1]; a.forEach(function (x) {}), b => 1;",
        "let a = 1;",
        "var a = {if: 1};",
        "a.do = 1;",
        "var a = 'x\u2028y';",
        "var a = `x`;",
    ],
)
def test_the_gate_notices_later_syntax(survey: Survey, source: str) -> None:
    assert "error" in survey(source)


def test_the_script_is_ascii() -> None:
    assert STARTUP_SCRIPT.read_bytes().isascii()
    assert b"\r" not in STARTUP_SCRIPT.read_bytes()


def test_the_script_uses_nothing_that_extendscript_lacks(
    survey: Survey, found: dict[str, Any]
) -> None:
    assert not set(found["members"]) & set(_LATER_METHODS.split())
    assert not set(found["names"]) & set(_LATER_GLOBALS.split())
    assert survey("[1].map(f); JSON.parse(x)")["members"] == ["map", "parse"]


def test_conditions_are_in_parentheses_where_extendscript_groups_them_wrongly(
    survey: Survey, found: dict[str, Any]
) -> None:
    assert found["nested"] == []
    assert survey("x = a ? b : c ? d : e; y = a && b || c;")["nested"] != []
    assert survey("x = a ? b : (c ? d : e); y = (a && b) || c;")["nested"] == []


def test_only_users_scripts_become_code(found: dict[str, Any]) -> None:
    assert "eval" not in found["called"]
    assert "evalFile" not in found["members"]
    # One for a script or a function among its parameters, one to learn how lines are counted.
    assert found["made"].count("Function") == 2
