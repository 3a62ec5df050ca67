"""Exit code, log and frames together say whether a run failed and whose matter it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_container.engines.known_errors import quoted
from render_container.engines.log import EngineLog
from render_container.engines.process import Outcome
from render_container.engines.verdict import judge


def _outcome(*lines: str, exit_code: int | None = 0, hung: str | None = None) -> Outcome:
    log = EngineLog(10)
    for line in lines:
        log.read(line)
    return Outcome(exit_code=exit_code, log=log, seconds=1.0, hung=hung)


FINISHED = "PROGRESS:  Total Time Elapsed: 2 Seconds"


def _said(outcome: Outcome, expected_frames: int | None = 10) -> tuple[str, str]:
    failure = judge(outcome, expected_frames)
    assert failure is not None
    return failure.kind, failure.reason


def test_the_first_known_error_wins_over_later_and_unknown_ones() -> None:
    outcome = _outcome(
        "aerender ERROR: After Effects error: Something nobody has seen before",
        "aerender ERROR: No comp was found with the given name.",
        "aerender ERROR: Runtime error in After Effects.",
        exit_code=9,
    )
    assert _said(outcome) == (
        "user",
        "The template has no composition of that name that can be rendered.",
    )


@pytest.mark.parametrize("exit_code", [0, 1, 9, 13, 139, 3221225477, None])
@pytest.mark.parametrize("hung", [None, "did not exit within 60 seconds of finishing"])
def test_a_line_is_right_whatever_the_exit_code_says(
    exit_code: int | None, hung: str | None
) -> None:
    line = "aerender ERROR: No output module template was found with the given name."
    kind, reason = _said(_outcome(line, FINISHED, exit_code=exit_code, hung=hung))
    assert (kind, reason) == (
        "configuration",
        "The engine has no output module template for the job's codec.",
    )


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        (3221225477, "transient", "The engine crashed (exit code 3221225477)."),
        (-1073741819, "transient", "The engine crashed (exit code -1073741819)."),
        (0xC0000409, "transient", "The engine crashed (exit code 3221226505)."),
        (0xC0000374, "transient", "The engine crashed (exit code 3221226356)."),
        (0xC00000FD, "transient", "The engine crashed (exit code 3221225725)."),
        (0xC0000017, "transient", "The engine ran out of memory (exit code 3221225495)."),
        (0xC000012D, "transient", "The engine ran out of memory (exit code 3221225773)."),
        (0xC0000135, "configuration", "The engine lacks a DLL (exit code 3221225781)."),
        (-1073741515, "configuration", "The engine lacks a DLL (exit code -1073741515)."),
        (
            0xC0000139,
            "configuration",
            "The engine found a DLL of another version (exit code 3221225785).",
        ),
        (0xC0000142, "transient", "Windows could not start the engine (exit code 3221225794)."),
        (0xC000013A, "transient", "The engine was told to stop (exit code 3221225786)."),
        (0x40010004, "transient", "The engine was killed (exit code 1073807364)."),
        (
            137,
            "transient",
            "The engine was killed, perhaps for the memory it took (exit code 137).",
        ),
        (-9, "transient", "The engine was killed, perhaps for the memory it took (exit code -9)."),
        (-11, "transient", "The engine crashed (exit code -11)."),
        (139, "transient", "The engine crashed (exit code 139)."),
        (143, "transient", "The engine was told to stop (exit code 143)."),
        (126, "configuration", "The engine could not be started (exit code 126)."),
        (9 * 256, "transient", "After Effects broke down (exit code 2304)."),
        (
            13 * 256,
            "configuration",
            "After Effects did not load its commandLineRenderer.jsx (exit code 3328).",
        ),
        (256, "transient", "The engine failed (exit code 256)."),
        (99, "transient", "The engine failed (exit code 99)."),
        (None, "transient", "The engine was killed."),
    ],
)
def test_exit_codes_that_only_windows_or_a_signal_gives(
    code: int | None, kind: str, reason: str
) -> None:
    assert _said(_outcome(FINISHED, exit_code=code)) == (kind, reason)


@given(code=st.integers(-(2**31), 2**32 - 1).filter(bool))
def test_no_exit_code_but_zero_is_success_and_each_is_named(code: int) -> None:
    kind, reason = _said(_outcome(FINISHED, exit_code=code))
    assert kind in ("transient", "configuration")
    assert f"(exit code {code})" in reason


def test_a_crash_is_one_code_however_it_is_read() -> None:
    unsigned = _said(_outcome(exit_code=0xC0000005))
    signed = _said(_outcome(exit_code=0xC0000005 - 2**32))
    assert unsigned[0] == signed[0]
    assert unsigned[1].split("(")[0] == signed[1].split("(")[0]


def test_only_a_hang_after_the_end_is_let_pass() -> None:
    hung = "did not exit within 60 seconds of finishing"
    assert judge(_outcome(FINISHED, exit_code=None, hung=hung), 10) is None
    kind, reason = _said(_outcome("PROGRESS: x", exit_code=None, hung="did nothing"))
    assert kind == "transient"
    assert reason.startswith("The engine hung: it did nothing; a dialog")


def test_a_number_of_frames_that_nobody_knows_is_left_to_the_file() -> None:
    frames = [f"PROGRESS:  0:00:00:{n:02d} ({n}): 0 Seconds" for n in range(1, 8)]
    outcome = _outcome(*frames, FINISHED)
    assert judge(outcome) is None
    assert judge(outcome, None) is None
    assert judge(outcome, 7) is None
    assert _said(outcome, 8) == ("transient", "The engine drew only 7 of 8 frames.")


def test_more_frames_than_expected_are_left_to_the_file() -> None:
    assert judge(_outcome("PROGRESS:  0:00:00:00 (2): 0 Seconds", FINISHED), 1) is None


def test_frames_that_were_drawn_are_no_success_without_an_exit() -> None:
    outcome = _outcome("PROGRESS:  0:00:00:00 (1): 0 Seconds", exit_code=None, hung="hung")
    assert _said(outcome, 1) == ("transient", "The engine hung: it hung.")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (r"File Not Found C:\Users\Admin User\job 1\Bild 1.jpg", "Bild 1.jpg"),
        (r"File Not Found: \\server\share\a\b.mov", "b.mov"),
        ("File Not Found C:/Users/Admin/b.mov", "b.mov"),
        ("File Not Found /tmp/int-x/project/b.mov", "b.mov"),
        ("aerender ERROR: After Effects error: File Not Found D:\\x.aep", "x.aep"),
        ("Error: After Effects error: bad 1/2 expression: a/b", "bad 1/2 expression: a/b"),
        ("aerender SYNTAX ERROR: Illegal argument flag: -r", "Illegal argument flag: -r"),
    ],
)
def test_reasons_name_files_without_this_machines_folders(error: str, words: str) -> None:
    assert quoted(error) == words


@given(text=st.text(max_size=300))
def test_any_words_of_an_engine_make_a_sentence(text: str) -> None:
    line = "aerender ERROR: " + text
    kind, reason = _said(_outcome(line.replace("\n", " "), exit_code=9))
    assert kind in ("user", "transient", "configuration")
    assert reason.strip()


def test_reasons_are_not_of_any_length() -> None:
    line = "aerender ERROR: After Effects error: bad expression " + "x" * 5000
    _, reason = _said(_outcome(line))
    assert reason.startswith("The engine could not render: bad expression")
    assert len(reason) < 600
