"""Installations, their versions, and an aerender whose exit code cannot be trusted."""

import pytest

from render_container.doctor.after_effects import check_after_effects
from render_container.doctor.installs import file_version, find_installs
from render_container.doctor.machine import Ran, run_command


def test_a_whole_installation_is_told_with_its_versions(machine, states):
    findings = list(check_after_effects(machine))

    assert states(findings) == [
        ("ok", "Adobe After Effects 2026"),
        ("ok", "aerender"),
        ("-", "engine ae2025"),
        ("ok", "engine ae2026"),
    ]
    assert findings[0].found.startswith("26.2.0.49 in ")
    assert findings[1].found == "version 26.2x49"  # although it ended with 15


@pytest.mark.parametrize(
    "answer",
    [
        Ran(0, ""),
        Ran(0, "This application has failed to start"),
        Ran(None, "no answer within 120 seconds"),
    ],
)
def test_an_aerender_that_does_not_tell_its_version_is_a_problem(machine, commands, answer):
    commands.answers["aerender.exe"] = answer

    problem = next(finding for finding in check_after_effects(machine) if finding.state != "ok")

    assert problem.what == "aerender"
    assert (answer.output or "nothing") in problem.found


def test_a_half_installation_names_what_it_lacks_and_is_not_started(machine, support, commands):
    (support / "aerender.exe").unlink()
    (support / "AfterFX.com").unlink()

    first, *_ = check_after_effects(machine)

    assert first.found == "missing: aerender.exe, AfterFX.com"
    assert commands.asked == []


def test_none_at_all_is_a_problem(with_variables, tmp_path, states):
    (tmp_path / "empty").mkdir()
    findings = check_after_effects(with_variables(ProgramFiles=tmp_path / "empty"))

    assert states(findings)[0] == ("PROBLEM", "After Effects")


def test_several_are_told_apart(machine, tmp_path):
    adobe = tmp_path / "Program Files" / "Adobe"
    for name in ("Adobe After Effects 2025", "Adobe After Effects 2026 (Beta)", "Adobe Premiere"):
        (adobe / name).mkdir()

    installs = find_installs(machine)

    assert [(install.year, install.beta) for install in installs] == [
        (2025, False),
        (2026, False),
        (2026, True),
    ]


def test_a_program_without_a_version_has_none(tmp_path):
    (tmp_path / "a.exe").write_bytes(b"MZ")
    (tmp_path / "cut.exe").write_bytes(b"MZ\xbd\x04\xef\xfe\0\0")

    names = ("a.exe", "cut.exe", "absent.exe")
    assert [file_version(tmp_path / name) for name in names] == [None, None, None]


def test_commands_are_run_and_never_waited_for_without_end():
    assert run_command(["/bin/sh", "-c", "echo out; echo err >&2; exit 15"], 30) == Ran(
        15, "out\nerr\n"
    )
    assert run_command(["/bin/sh", "-c", "sleep 60"], 0.05).code is None
    assert run_command(["/no/such/program"], 1).output == "No such file or directory"
