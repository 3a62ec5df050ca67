"""What is read out of aerender's lines: real ones, in several languages, in any order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_container.engines.log import EngineLog, Phase

ENGLISH = """\
aerender version 26.0x67
PROGRESS: Launching After Effects...
PROGRESS: Adding specified comp to Render Queue
PROGRESS:  4/30/2019 1:59:13 AM: Starting composition main.
PROGRESS:  Render Settings: Best Settings
PROGRESS:  Size: 1920 x 1080
PROGRESS:  Time Span: Work Area
PROGRESS:  Start: 0:00:00:00
PROGRESS:  End: 0:00:00:02
PROGRESS:  Duration: 0:00:00:03 (3)
PROGRESS:  Frame Rate: 23.976 (comp)
PROGRESS:  Output Audio: 48.000 kHz / 16 bit / Stereo (if comp has audio)
PROGRESS:  Final Size: 1920 x 1080
PROGRESS:  0:00:00:00 (1): 0 Seconds
PROGRESS:  0:00:00:01 (2): 0 Seconds
PROGRESS:  0:00:00:02 (3): 0 Seconds
PROGRESS:  5/7/2018 6:22:38 PM: Finished composition “main”.
PROGRESS:  Total Time Elapsed: 1 Min, 28 Sec"""

GERMAN = """\
PROGRESS:  30.04.2019 01:59:13: Komposition "main" wird gestartet.
PROGRESS:  Anfang: 0:00:02:00
PROGRESS:  Ende: 0:00:05:24
PROGRESS:  Dauer: 0:00:04:00
PROGRESS:  Framerate: 25,00 (Komp.)
PROGRESS:  0:00:03:29 (89): 2 Sekunden
PROGRESS:  30.04.2019 02:01:13: Komposition "main" wurde abgeschlossen."""

UNKNOWN_LANGUAGE = """\
PROGRESS:  Alku: 0:00:00:00
PROGRESS:  Loppu: 0:00:01:24
PROGRESS:  Kesto: 0:00:02:00
PROGRESS:  Kuvataajuus: 25,00 (koostumus)
PROGRESS:  0:00:00:00 (1): 0 sekuntia"""


def _read(text: str, expected: int | None = None) -> EngineLog:
    log = EngineLog(expected)
    for line in text.splitlines():
        log.read(line)
    return log


def test_an_english_render() -> None:
    log = _read(ENGLISH)
    assert log.drawn_by == "After Effects 26.0x67"
    assert log.start == "0:00:00:00"
    assert log.expected_frames == 3
    assert log.frames == {1, 2, 3}
    assert log.percent == 100
    assert log.phase is Phase.EXIT
    assert not log.errors
    assert not log.warnings


def test_a_german_render_tells_its_length_progress_and_end() -> None:
    log = _read(GERMAN)
    assert (log.start, log.expected_frames) == ("0:00:02:00", 100)
    assert log.percent == 1
    assert log.phase is Phase.EXIT


def test_a_language_that_is_not_known_still_tells_its_length() -> None:
    log = _read(UNKNOWN_LANGUAGE)
    assert (log.start, log.expected_frames) == ("0:00:00:00", 50)
    assert log.percent == 2
    assert log.phase is Phase.FRAMES


def test_phases_follow_the_lines() -> None:
    log = EngineLog(3)
    seen = [log.phase]
    for line in ENGLISH.splitlines():
        log.read(line)
        if log.phase is not seen[-1]:
            seen.append(log.phase)
    assert seen == list(Phase)


@pytest.mark.parametrize(
    "line",
    [
        "PROGRESS:  0:00:00:06 (7): 0 Seconds",
        "PROGRESS:  1;34;40;09 (7): 1 Seconds",
        "PROGRESS:  0:00:00:06 (7U): 0 Seconds",
        "PROGRESS:  0:00:00:06 (7L)",
        "PROGRESS:  0:00:00:123 (7): 0 Seconds",
        "PROGRESS:  -0:00:01:00 (7): 2 Sekunden",
        "PROGRESS:  00006 (7): 0 Seconds",
        "PROGRESS:  0001+04 (7): 0 Seconds",
    ],
)
def test_frame_lines_of_every_kind_count(line: str) -> None:
    assert _read(line).frames == {7}


@pytest.mark.parametrize(
    "line",
    [
        "PROGRESS:  Frame Rate: 24.00 (comp)",
        "PROGRESS:  Duration: 0:00:02:00 (49)",
        "PROGRESS:  Output Audio: On (if comp has audio)",
        "PROGRESS:  Start: 0:00:00:00",
        "PROGRESS:  11/14/2020 10:21:37 AM: Starting composition 0:00:00:00 (3): 0 Seconds.",
        "0:00:00:00 (1): 0 Seconds",
    ],
)
def test_other_lines_count_as_no_frame(line: str) -> None:
    assert not _read(line).frames


@given(numbers=st.lists(st.integers(1, 30), max_size=60))
def test_progress_never_goes_back_in_whatever_order_frames_come(numbers: list[int]) -> None:
    log = EngineLog(30)
    percents = [log.percent]
    for number in numbers:
        log.read(f"PROGRESS:  0:00:00:{number:02d} ({number}): 0 Seconds")
        percents.append(log.percent)
    assert percents == sorted(percents)
    assert log.percent == pytest.approx(100 * len(set(numbers)) / 30)


@given(order=st.permutations(ENGLISH.splitlines()))
def test_the_result_does_not_rest_on_the_order_of_lines(order: list[str]) -> None:
    log = _read("\n".join(order))
    assert log.frames == {1, 2, 3}
    assert log.expected_frames == 3
    assert log.start == "0:00:00:00"
    assert log.drawn_by == "After Effects 26.0x67"
    assert log.phase is Phase.EXIT
    assert not log.errors


@given(text=st.text(max_size=200))
def test_no_line_breaks_the_reader(text: str) -> None:
    _read("PROGRESS:  " + text + "\nWARNING:" + text + "\n" + text, 10)


@pytest.mark.parametrize(
    "line",
    [
        "Could not read from source. Please check the settings and try again. ( 86 :: 2 )",
        "aerender Error: After Effects error: Could not read from source. Please check.",
        "aerender ERROR: No comp was found with the given name.",
        "aerender SYNTAX ERROR: Illegal argument flag: -r",
        "Error: After Effects error: File x is not a valid file type for import.",
        "WARNING:After Effects warning: logged one error  error: Unable to Render: File Not Found",
        "WARNING:After Effects warning: logged 2 errors  error: An output module failed.",
        "INFO: Render aborted.",
    ],
)
def test_errors_are_seen_whatever_the_exit_code_will_be(line: str) -> None:
    assert len(_read(ENGLISH + "\n" + line).errors) == 1


@pytest.mark.parametrize(
    "line",
    [
        "Loading footage: error_analysis_final.mov",
        "Loading footage: could not read from source.mov",
        "Render finished with 0 errors.",
        "Unable to load font: Helvetica",
        "*** GPU Warning: GPU3 failed (previous) sanity test ***",
        "2020-09-21 06:27:18:851 : ERROR *** IVCAutoReleasePool: Object of class x leaking",
        'LoadLibrary "n" failed!',
        "PROGRESS:  1/1/2024 1:00:00 AM: Starting composition “After Effects error: x”.",
    ],
)
def test_benign_lines_are_no_errors(line: str) -> None:
    assert not _read(line).errors


def test_what_a_script_says_after_its_error_belongs_to_it() -> None:
    log = _read(
        "aerender ERROR: Error executing script: C:\\x.jsx\n"
        "Error: nexrender: Couldn't find any layers by provided name (P_img)\n"
        "Error: something of a plug-in, later"
    )
    assert len(log.errors) == 1
    assert "P_img" in log.errors[0]


def test_missing_fonts_are_collected_by_name_once() -> None:
    grouped = (
        "WARNING:After Effects warning: Grouped_Message_{some layers have missing dependencies. "
        "Press Ctrl-C to copy this list.|||a layer has missing dependencies.###@0 dependencies "
        "are missing:}Text Layer: Font family: Bebas, Font style: Regular"
    )
    log = _read(
        "WARNING:After Effects warning: Project has missing fonts.\n"
        f"{grouped}\n{grouped}\n"
        "Title: Font family: Roboto, Font style: Black"
    )
    assert log.missing_fonts == ["Bebas Regular", "Roboto Black"]
    assert log.warnings == ["Project has missing fonts."]


def test_warnings_are_kept_without_their_prefix() -> None:
    log = _read("WARNING:After Effects warning: timeSpanStart of -0,87 seconds will cause…")
    assert log.warnings == ["timeSpanStart of -0,87 seconds will cause…"]


def test_the_open_compositor_gives_its_own_name() -> None:
    log = _read("aerender version 26.0x0 (Intarsia compositor)")
    assert log.drawn_by == "Intarsia compositor"
