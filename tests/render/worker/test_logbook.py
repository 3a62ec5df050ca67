"""The log keeps what happened, and keeps secrets to itself."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_container.worker import logbook
from render_container.worker.logbook import Logbook, without_secrets

WORD = st.text(alphabet=st.characters(categories=["L", "N"]), min_size=8, max_size=20)


@given(secret=WORD.map(lambda word: f"SECRET{word}"), text=WORD)
def test_no_secret_of_a_url_is_written(secret: str, text: str) -> None:
    for url in (
        f"https://cdn.test/a.mp4?X-Amz-Signature={secret}",
        f"https://cdn.test/a.mp4?a=b&token={secret}&c=d",
        f"http://user:{secret}@cdn.test/a.mp4",
        f"https://cdn.test/a.mp4#{secret}",
    ):
        written = without_secrets(f"{text} {url} {text}")
        assert secret not in written
        assert "cdn.test/a.mp4" in written
        assert written.startswith(text)
        assert written.endswith(text)


@pytest.mark.parametrize("text", ["what? #5", "a@b.test", "PROGRESS:  0:00:00:00 (1): 0 Seconds"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert without_secrets(text) == text


def test_lines_carry_their_time(tmp_path: Path) -> None:
    with Logbook(tmp_path / "log.txt") as log:
        log.line("two\nlines\udcff")
        log.engine("PROGRESS: x")
    lines = (tmp_path / "log.txt").read_text().splitlines()
    assert lines[0].endswith("Z  two")
    assert lines[1].startswith("    lines")
    assert lines[2].endswith("Z  | PROGRESS: x")


def test_nothing_secret_gets_past_the_log_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Logbook(tmp_path / "log.txt") as log:
        log.engine("opening https://cdn.test/a.mp4?token=SECRET")
        log.line(f"wrote {tmp_path}/output/a.mp4")
    text = (tmp_path / "log.txt").read_text()
    assert "opening https://cdn.test/a.mp4\n" in text
    assert "wrote output/a.mp4\n" in text
    printed = [json.loads(line)["message"] for line in capsys.readouterr().out.splitlines()]
    assert printed == ["| opening https://cdn.test/a.mp4", "wrote output/a.mp4"]


def test_a_line_for_the_operator_says_whom_it_is_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Logbook(tmp_path / "log.txt") as log:
        log.about(job_id="J", attempt=2)
        log.line("begins\nhere")
        log.about(correlation_id="R")
        log.line("goes on\udcff")
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert {**first, "timestamp": ""} == {
        "timestamp": "",
        "service": "worker",
        "job_id": "J",
        "attempt": 2,
        "message": "begins\n    here",
    }
    assert (second["job_id"], second["correlation_id"]) == ("J", "R")


def test_an_endless_log_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logbook, "SIZE_LIMIT", 500)
    with Logbook(tmp_path / "log.txt") as log:
        for number in range(100):
            log.line(f"line {number}")
    text = (tmp_path / "log.txt").read_text()
    assert len(text) < 700
    assert text.endswith("later lines are left out.\n")
