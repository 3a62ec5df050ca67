"""The command: which checks, what it prints, and how it ends."""

import json
import subprocess
import sys
from dataclasses import replace
from io import StringIO

import pytest

from intarsia.names import ENV_SPOOL
from render_container.doctor.finding import Finding, State
from render_container.doctor.main import CHECKS, Part, examine, guess_part, main
from render_container.doctor.report import print_table
from render_container.host.heartbeat import Beating
from render_container.host.spool import Spool


def test_a_machine_that_lacks_nothing_ends_with_0(with_variables, tmp_path, capsys):
    spool = tmp_path / "spool"
    spool.mkdir()
    with Beating(Spool(spool).beat, 0.02):
        code = main(["--part", "machine"], with_variables(**{ENV_SPOOL: spool}))

    printed = capsys.readouterr().out
    assert code == 0, printed
    assert printed.startswith("intarsia-worker doctor: machine\n")
    assert "PROBLEM" not in printed


def test_one_that_lacks_something_ends_with_1_and_says_what_to_do(machine, support, capsys):
    (support / "Scripts" / "Startup" / "zz_intarsia.jsx").unlink()

    assert main(["--part", "after-effects"], machine) == 1

    lines = capsys.readouterr().out.splitlines()
    (number,) = [at for at, line in enumerate(lines) if line.startswith("PROBLEM")]
    assert "startup script" in lines[number]
    assert "install-startup-script.ps1" in lines[number + 1]
    assert lines[-1] == "1 problem: renders will fail."


def test_programs_get_json(machine, capsys):
    code = main(["--json", "--part", "after-effects"], machine)

    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is (code == 0)
    assert {"state", "what", "found", "advice"} == set(told["findings"][0])


def test_the_part_is_guessed_as_the_images_are_made(machine, with_variables):
    assert guess_part(replace(machine, windows=False)) is Part.COMPOSITOR
    assert guess_part(machine) is Part.AFTER_EFFECTS
    assert guess_part(with_variables(**{ENV_SPOOL: r"C:\spool"})) is Part.WORKER


def test_every_part_has_checks():
    assert set(CHECKS) == set(Part)


def test_a_check_that_breaks_is_a_problem_and_the_others_still_run(machine):
    def check_the_moon(_):
        raise RuntimeError("no moon")

    def check_nothing(_):
        return [Finding(State.OK, "nothing", "found")]

    first, second = examine(machine, [check_the_moon, check_nothing])

    assert (first.state, first.what) == ("PROBLEM", "the moon")
    assert "RuntimeError: no moon" in first.found
    assert second.state == "ok"


def test_the_table_is_ascii_for_consoles_that_know_no_more():
    stream = StringIO()

    print_table("machine", [Finding(State.WARNING, "fonts", "few", "get [more]")], stream)

    assert stream.getvalue().isascii()
    assert "get [more]" in stream.getvalue()
    assert "No problems, 1 warning." in stream.getvalue()


@pytest.mark.skipif(sys.platform != "linux", reason="what the Linux image is asked at its building")
def test_the_worker_knows_the_word(tmp_path):
    command = [sys.executable, "-m", "render_container.worker.main", "doctor", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"]) == (0, True), done.stdout
    assert "skia-python" in {finding["what"] for finding in told["findings"]}
