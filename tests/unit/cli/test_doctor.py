"""`doctor`: what a person reads, and what a script sees."""

import pytest
from botocore.exceptions import NoCredentialsError

from intarsia.operating import deployed_stack, stack_checks
from intarsia.operating.findings import Finding

WELL = Finding("table", "ACTIVE")
ILL = Finding("Windows image", "no studio:1", "push it")


@pytest.fixture
def findings(monkeypatch):
    found = []
    monkeypatch.setattr(deployed_stack, "DeployedStack", lambda *_: None)
    monkeypatch.setattr(stack_checks, "examine", lambda _: found)
    return found


def test_a_stack_that_is_well(findings, run):
    findings += [WELL]
    result = run("doctor")
    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines() if line] == [
        ["check", "result"], ["ok", "table", "ACTIVE"], ["All", "1", "checks", "passed."],
    ]  # fmt: skip


def test_what_to_do_stands_below_what_it_is_about(findings, run):
    findings += [WELL, ILL]
    result = run("doctor")
    assert result.exit_code == 1
    _, _, ill, advice, _, summary = result.stdout.splitlines()
    assert ill.split(maxsplit=1) == ["problem", "Windows image  no studio:1"]
    assert advice.index("→ push it") == ill.index("no studio:1")
    assert summary == "1 of 2 checks needs attention."
    findings += [ILL]
    assert run("doctor").stdout.splitlines()[-1] == "2 of 3 checks need attention."


@pytest.mark.parametrize("error", [NoCredentialsError(), LookupError("it has no ApiUrl")])
def test_a_stack_that_cannot_be_read_is_one_line(monkeypatch, run, error):
    def refuse(*_):
        raise error

    monkeypatch.setattr(deployed_stack, "DeployedStack", refuse)
    result = run("doctor", "--stack", "Other")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [f"error: the stack Other cannot be read: {error}"]
