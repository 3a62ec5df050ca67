"""How the emulator runs functions."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from intarsia.local.emulator import Emulator

CODE = """
import os, sys
calls = 0

def handler(event, context):
    global calls
    calls += 1
    if event == "die":
        print("dying", flush=True)
        os._exit(3)
    if event:
        print(event)
    if event == "fail":
        raise ValueError(event)
    return [calls, os.environ["COLOUR"], "FORK" in os.environ, sys.argv[0].endswith("_worker.py")]
"""


@pytest.fixture(scope="module")
def call(
    emulator: Emulator, create_function: Callable[..., None]
) -> Callable[[str], tuple[Any, str]]:
    """Return a function that calls a function, and returns its result and its log."""
    variables = {"Variables": {"COLOUR": "red"}}
    create_function(emulator, "talker", CODE, Environment=variables, Timeout=60)
    functions = emulator.clients("lambda")

    def invoke(event: str) -> tuple[Any, str]:
        answer = functions.invoke(FunctionName="talker", Payload=json.dumps(event), LogType="Tail")
        log = base64.b64decode(answer.get("LogResult", "")).decode()
        lines = [line for line in log.splitlines() if not line.startswith(("START", "END", "REP"))]
        return json.loads(answer["Payload"].read()), "\n".join(lines)

    return invoke


def test_each_invocation_has_its_own_lines_in_its_log_and_all_of_them(call: Any) -> None:
    results, logs = zip(*(call(text) for text in ("one", "", "two", "")), strict=True)

    assert logs == ("one", "", "two", "")
    first = results[0][0]
    assert list(results) == [[first + n, "red", False, True] for n in range(4)]


def test_the_log_of_a_failure_has_what_was_printed_before(call: Any) -> None:
    result, log = call("fail")

    assert result["errorMessage"] == "fail"
    assert log.splitlines()[:2] == ["fail", "Traceback (most recent call last):"]


def test_a_function_that_dies_fails_its_invocation_and_no_other(call: Any) -> None:
    result, log = call("die")

    assert "died" in result["errorMessage"]
    assert log.splitlines()[0] == "dying"
    assert call("after")[0][0] == 1, "a new process"
