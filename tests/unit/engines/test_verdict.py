"""Exit code, log and frames together say whether a run failed and whose matter it is."""

from collections.abc import Callable

import pytest

from render_container.engines.log import EngineLog
from render_container.engines.process import Outcome
from render_container.engines.verdict import judge

Play = Callable[..., Outcome]


def _outcome(*lines: str, exit_code: int | None = 0, hung: str | None = None) -> Outcome:
    log = EngineLog(10)
    for line in lines:
        log.read(line)
    return Outcome(exit_code=exit_code, log=log, seconds=1.0, hung=hung)


@pytest.mark.parametrize("mode", ["success", "benign", "silent_movie", "bad_bytes"])
def test_a_good_run_is_let_pass(play: Play, mode: str) -> None:
    assert judge(play(mode), expected_frames=10) is None


@pytest.mark.parametrize(
    ("mode", "kind", "words"),
    [
        ("read_source", "user", "could not read a source file"),
        ("missing_footage", "user", "Platzhalter Bild.jpg"),
        ("unknown_comp", "user", "no composition of that name"),
        ("partial", "transient", "only 9 of 10 frames"),
        ("crash", "transient", "crashed (exit code 139)"),
        ("exit_without_a_word", "transient", "broke down (exit code 9)"),
    ],
)
def test_a_bad_run_is_told_whatever_its_exit_code(
    play: Play, mode: str, kind: str, words: str
) -> None:
    failure = judge(play(mode), expected_frames=10)
    assert failure is not None
    assert failure.kind == kind
    assert words in failure.reason


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (
            "configuration",
            "aerender ERROR: No output module template was found with the given name.",
        ),
        ("configuration", "aerender ERROR: No render settings template was found with the given…"),
        ("configuration", "aerender SYNTAX ERROR: Illegal argument flag: -r"),
        ("configuration", "aerender ERROR: No project provided and no project open."),
        ("user", "Error: After Effects error: File x is not a valid file type for import."),
        ("user", "Error: After Effects error: The source compression type is not supported."),
        ("transient", "aerender ERROR: Runtime error in After Effects."),
        ("transient", "aerender ERROR -1712: AESend failed to send apple event at line 909"),
        (
            "transient",
            "aerender ERROR: After Effects can not render for aerender. Another instance",
        ),
        (
            "transient",
            "WARNING:After Effects warning: logged one error  error: Output module failed.",
        ),
        ("user", "aerender ERROR: After Effects error: Something nobody has seen before"),
    ],
)
def test_known_errors_are_somebodys_matter(kind: str, line: str) -> None:
    failure = judge(_outcome(line), expected_frames=10)
    assert failure is not None
    assert failure.kind == kind


def test_the_first_known_error_wins_over_later_and_unknown_ones() -> None:
    failure = judge(
        _outcome(
            "aerender ERROR: After Effects error: Something nobody has seen before",
            "aerender ERROR: No comp was found with the given name.",
            "aerender ERROR: Runtime error in After Effects.",
            exit_code=9,
        ),
        expected_frames=10,
    )
    assert failure is not None
    assert "composition" in failure.reason


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (1, "transient"),
        (2, "configuration"),
        (9, "transient"),
        (11, "transient"),
        (13, "configuration"),
        (127, "configuration"),
        (137, "transient"),
        (-1073741819, "transient"),
        (3221225477, "transient"),
    ],
)
def test_exit_codes_without_words(code: int, kind: str) -> None:
    failure = judge(_outcome(exit_code=code), expected_frames=10)
    assert failure is not None
    assert failure.kind == kind
    assert str(code) in failure.reason


def test_a_hang_is_a_lost_run_unless_only_the_exit_is_missing(play: Play) -> None:
    failure = judge(play("hang_at_open", open=0.2), expected_frames=10)
    assert failure is not None
    assert failure.kind == "transient"
    assert "did not begin to render" in failure.reason
    assert judge(play("hang_at_exit", exit=0.2), expected_frames=10) is None


def test_reasons_quote_the_engine_without_its_prefixes_and_not_at_any_length() -> None:
    failure = judge(
        _outcome("aerender ERROR: After Effects error: bad expression " + "x" * 5000),
        expected_frames=10,
    )
    assert failure is not None
    assert failure.reason.startswith("The engine could not render: bad expression")
    assert len(failure.reason) < 600
