"""Every line that is known from real renders, as it was, and what is made of it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_container.engines.lines import LineSplitter
from render_container.engines.log import KEPT, EngineLog, Phase

NOTHING = [
    "PROGRESS: Launching After Effects...",
    "PROGRESS: ...After Effects successfully launched",
    'Using DXGI: Device: "NVIDIA Tesla M60" has dedicated video RAM (MB): 7592',
    'Using DXGI: Device: "NVIDIA GeForce GTX 1060 6GB" has dedicated video RAM (MB): 6052',
    'Using DXGI: Device: "Microsoft Basic Render Driver" has dedicated video RAM (MB): 0',
    "Skipping DX support: Microsoft Basic Render Driver",
    "*** GPU Warning: GPU3 failed (previous) sanity test ***",
    'LoadLibrary "n" failed!',
    (
        "2020-09-21 06:27:18:851 : ERROR *** IVCAutoReleasePool: Object 0000000022FD8270 of class "
        "vcfoundation::data::DataWrapper autoreleased with no pool in place - just leaking"
    ),
    "2019-04-30 01:59:12 : INFO  Environment: Scale factor from PP is 1.000000",
    "2019-04-30 01:59:12 : INFO  Environment: m_scaleFactor is 1.000000",
    r"Running Script: C:\Users\ADMINI~1\AppData\Local\Temp\2\nexrender\x-script.jsx",
    "PROGRESS: Adding specified comp to Render Queue",
    "Loading footage: error_analysis_final.mov",
    "Render finished with 0 errors.",
    "Unable to load font: Helvetica",
    "PROGRESS:  Formato: QuickTime",
]

HEADERS = [
    "PROGRESS:  Frame Rate: 25,00 (comp)",
    "PROGRESS:  Frame Rate: 24.00 (comp)",
    "PROGRESS:  Frame Rate: 23.976 (comp)",
    "PROGRESS:  Duration: 0:00:02:00 (49)",
    "PROGRESS:  Start: 0:00:00:00",
    "PROGRESS:  End: 0:00:06:15",
    "PROGRESS:  Duration: 0:00:06:16",
    "PROGRESS:  Output Module: High Quality",
    r"PROGRESS:  Output To: C:\work\0:00:00:00 (1).mov",
    "PROGRESS:  Output Info: Apple ProRes 422",
    "PROGRESS:  Output Audio: 48.000 kHz / 16 bit / Stereo (if comp has audio)",
    "PROGRESS:  Output Audio: On (if comp has audio)",
    "PROGRESS:  Anfang: 0:00:02:00",
    "PROGRESS:  Dauer: 0:00:04:00",
]

STARTS = [
    "PROGRESS:  4/30/2019 1:59:13 AM: Starting composition main.",
    "PROGRESS:  11/14/2020 10:21:37 AM: Starting composition temp1.",
    "PROGRESS:  11/14/2020 10:21:37 AM: Starting composition “temp1”.",
    'PROGRESS:  11/14/2020 10:21:37 AM: Starting composition "temp1"',
    'PROGRESS:  30.04.2019 01:59:13: Komposition "main" wird gestartet.',
    "PROGRESS:  2019/04/30 1:59:13: 何か",
]

ENDS = [
    'PROGRESS:  5/7/2018 6:22:38 PM: Finished composition "Composition"',
    "PROGRESS:  5/7/2018 6:22:38 PM: Finished composition “Composition”.",
    "PROGRESS:  Total Time Elapsed: 1 Min, 28 Sec",
    "PROGRESS:  Total Time Elapsed: 4 Seconds",
    "PROGRESS:  Total Time Elapsed: 26 Hr, 15 Min",
]

FRAMES = [
    ("PROGRESS:  0:00:00:00 (1): 0 Seconds", 1),
    ("PROGRESS:  1;34;40;09 (21280): 1 Seconds", 21280),
    ("PROGRESS:  0:00:04:02 (123U): 0 Seconds", 123),
    ("PROGRESS:  0:00:04:02 (123L): 0 Seconds", 123),
    ("PROGRESS:  0:00:03:29 (89): 2 Sekunden", 89),
    ("PROGRESS:  0:00:03:29 (89): 2 segundos", 89),
]

WARNINGS = [
    ("WARNING:After Effects warning: Project has missing fonts.", "Project has missing fonts."),
    (
        (
            "WARNING:After Effects warning: timeSpanStart of -0,87 seconds will cause render to "
            "have frames outside of range defined by comp displayStartTime (0,87) and end of comp "
            "duration (26,63). Render will succeed, but may have blank frames."
        ),
        (
            "timeSpanStart of -0,87 seconds will cause render to have frames outside of range "
            "defined by comp displayStartTime (0,87) and end of comp duration (26,63). Render will "
            "succeed, but may have blank frames."
        ),
    ),
]

FONTS = [
    (
        (
            "WARNING:After Effects warning: Grouped_Message_{some layers have missing "
            "dependencies. Press Ctrl-C to copy this list.|||a layer has missing "
            "dependencies.###@0 dependencies are missing:}Text Layer: Font family: Bebas, "
            "Font style: Regular"
        ),
        "Bebas Regular",
    ),
    ("Font family: Roboto, Font style: Black", "Roboto Black"),
]

ERRORS = [
    "Could not read from source. Please check the settings and try again. ( 86 :: 2 )",
    (
        "aerender Error: After Effects error: Could not read from source. Please check the "
        "settings and try again."
    ),
    "aerender ERROR: No comp was found with the given name.",
    "aerender ERROR: No output module template was found with the given name.",
    "aerender ERROR: No render settings template was found with the given name.",
    "aerender ERROR: No project provided and no project open.",
    "aerender ERROR: Specified render queue item needs output file but none provided.",
    "aerender ERROR: Runtime error in After Effects.",
    "aerender SYNTAX ERROR: Illegal argument flag: -r",
    "aerender SYNTAX ERROR: no value given for flag: -comp",
    "Error: After Effects error: File logoAnim_holder is not a valid file type for import.",
    "Error: After Effects error: The source compression type is not supported.",
    (
        "aerender ERROR: After Effects can not render for aerender. Another instance of aerender, "
        "or another script, may be running; or, AE may be waiting for response from a modal "
        "dialog, or for a render to complete. Try running aerender without the -reuse "
        "flag to invoke "
        "a separate instance of After Effects"
    ),
    "aerender ERROR -1712: AESend failed to send apple event at line 909",
    "After Effects-Fehler: Datei nicht gefunden.",
    "Error de After Effects: no se encuentra el archivo.",
    r"aerender ERROR: Error executing script: C:\x.jsx",
]

LOGGED = [
    (
        (
            r"WARNING:After Effects warning: logged one error  error: Unable to Render: File Not "
            r"Found C:\Users\a\Platzhalter Bild.jpg"
        ),
        r"Unable to Render: File Not Found C:\Users\a\Platzhalter Bild.jpg",
    ),
    (
        (
            r"WARNING:After Effects warning: logged one error  error: Rendering error while "
            r"writing to file C:\result.mov. An output module failed. The file may be damaged "
            r"or corrupted."
        ),
        (
            r"Rendering error while writing to file C:\result.mov. An output module failed. The "
            r"file may be damaged or corrupted."
        ),
    ),
    ("INFO: Render aborted.", "The render was aborted."),
]

BLOCK = """\
PROGRESS: Adding specified comp to Render Queue
PROGRESS:  4/30/2019 1:59:13 AM: Starting composition main.


PROGRESS:  Render Settings: Best Settings
PROGRESS:  Quality: Best
PROGRESS:  Resolution: Full
PROGRESS:  Size: 1920 x 1080
PROGRESS:  Proxy Use: Use No Proxies
PROGRESS:  Effects: Current Settings
PROGRESS:  Disk Cache: Read Only
PROGRESS:  Color Depth: Current Settings
PROGRESS:  Frame Blending: On for Checked Layers
PROGRESS:  Field Render: Off
PROGRESS:  Pulldown: Off
PROGRESS:  Motion Blur: On for Checked Layers
PROGRESS:  Solos: Current Settings
PROGRESS:  Time Span: Work Area
PROGRESS:  Start: 0:00:00:00
PROGRESS:  End: 0:00:27:15
PROGRESS:  Duration: 0:00:27:16
PROGRESS:  Frame Rate: 23.976 (comp)
PROGRESS:  Guide Layers: All Off
PROGRESS:  Skip Existing Files: Off
PROGRESS:  {blank}
PROGRESS:  Output Module: OutputModule
PROGRESS:  Output To: C:\\result.mov
PROGRESS:  Format: QuickTime
PROGRESS:  Output Info: Animation
PROGRESS:  Include: Project Link
PROGRESS:  Output Audio: On (if comp has audio)
PROGRESS:  Channels: RGB
PROGRESS:  Depth: Millions of Colors
PROGRESS:  Color: Premultiplied
PROGRESS:  Resize: -
PROGRESS:  Crop: -
PROGRESS:  Final Size: 1920 x 1080
PROGRESS:  Profile: -
PROGRESS:  Post-Render Action: None
PROGRESS:  {blank}
PROGRESS:  0:00:00:00 (1): 0 Seconds
PROGRESS:  0:00:00:01 (2): 0 Seconds
""".format(blank="")


def _read(*lines: str) -> EngineLog:
    log = EngineLog()
    for line in lines:
        log.read(line)
    return log


def _facts(log: EngineLog) -> tuple[object, ...]:
    return (
        log.phase,
        log.drawn_by,
        log.launched,
        log.frames,
        log.errors,
        log.warnings,
        log.missing_fonts,
        log.start,
        log.expected_frames,
    )


@pytest.mark.parametrize("version", ["17.1.1x34", "13.5x347", "26.0x67", "26.2x49"])
def test_versions(version: str) -> None:
    log = _read(f"aerender version {version}")
    assert log.drawn_by == f"After Effects {version}"
    assert not log.launched


@pytest.mark.parametrize("line", NOTHING)
def test_lines_that_say_nothing_of_the_result(line: str) -> None:
    log = _read(line)
    assert log.phase is Phase.OPEN
    assert not (log.frames)
    assert not (log.errors)
    assert not (log.warnings)
    assert not (log.missing_fonts)


@pytest.mark.parametrize("line", HEADERS)
def test_headers_are_no_frames(line: str) -> None:
    log = _read(line)
    assert not (log.frames)
    assert not (log.errors)
    assert not (log.warnings)
    assert log.phase in (Phase.OPEN, Phase.FRAMES)


@pytest.mark.parametrize("line", STARTS)
def test_a_render_starts(line: str) -> None:
    log = _read(line)
    assert log.phase is Phase.FRAMES
    assert not log.frames


@pytest.mark.parametrize("line", ENDS)
def test_a_render_ends(line: str) -> None:
    assert _read(line).phase is Phase.EXIT


@pytest.mark.parametrize(("line", "number"), FRAMES)
def test_a_frame_is_drawn(line: str, number: int) -> None:
    log = _read(line)
    assert log.frames == {number}
    assert log.phase is Phase.FRAMES


@pytest.mark.parametrize(("line", "warning"), WARNINGS)
def test_warnings(line: str, warning: str) -> None:
    log = _read(line)
    assert log.warnings == [warning]
    assert not (log.errors)
    assert not (log.missing_fonts)


@pytest.mark.parametrize(("line", "font"), FONTS)
def test_fonts_that_are_missing(line: str, font: str) -> None:
    log = _read(line)
    assert log.missing_fonts == [font]
    assert not (log.errors)
    assert not (log.warnings)


@pytest.mark.parametrize("line", ERRORS)
def test_errors_are_kept_as_they_are(line: str) -> None:
    assert _read(line).errors == [line]


@pytest.mark.parametrize(("line", "error"), LOGGED)
def test_errors_that_come_as_something_else(line: str, error: str) -> None:
    log = _read(line)
    assert log.errors == [error]
    assert not log.warnings


def test_a_whole_block_as_it_was() -> None:
    log = _read(*BLOCK.splitlines())
    assert log.start == "0:00:00:00"
    assert log.expected_frames == 27 * 24 + 16
    assert log.frames == {1, 2}
    assert log.phase is Phase.FRAMES
    assert not (log.errors)
    assert not (log.warnings)
    assert not (log.missing_fonts)


EVERYTHING = "\n".join(
    [
        "aerender version 26.0x67",
        *NOTHING,
        *(line for line, _ in [*WARNINGS, *FONTS, *LOGGED]),
        *ERRORS,
        "Error: nexrender: Couldn't find any layers by provided name (P_img)",
        BLOCK,
        *(line for line, _ in FRAMES),
        *ENDS,
    ]
).encode()
CODE_PAGES = "WARNING:After Effects warning: Größe\r\n".encode("cp850")


@given(
    cuts=st.lists(st.integers(0, len(EVERYTHING) + len(CODE_PAGES)), max_size=30),
    ending=st.sampled_from([b"\n", b"\r\n", b"\r"]),
)
def test_any_way_in_which_the_pipe_cuts_the_bytes_gives_the_same_log(
    cuts: list[int], ending: bytes
) -> None:
    output = CODE_PAGES + EVERYTHING.replace(b"\n", ending)
    edges = [0, *sorted(min(cut, len(output)) for cut in cuts), len(output)]
    splitter, log = LineSplitter(), EngineLog()
    for start, end in pairwise(edges):
        for line in splitter.feed(output[start:end]):
            log.read(line)
    for line in splitter.close():
        log.read(line)
    whole = _read("WARNING:After Effects warning: Größe", *EVERYTHING.decode().splitlines())
    assert _facts(log) == _facts(whole)
    assert len(log.errors) == len(ERRORS) + len(LOGGED)


def test_what_a_script_threw_may_come_later() -> None:
    log = _read(
        r"aerender ERROR: Error executing script: C:\x.jsx",
        "aerender version 26.0x67",
        "PROGRESS: Launching After Effects...",
        "Error: nexrender: Couldn't find any layers by provided name (P_img)",
        "Error: nexrender: something else",
    )
    assert log.errors == [
        (
            r"aerender ERROR: Error executing script: C:\x.jsx "
            "Error: nexrender: Couldn't find any layers by provided name (P_img)"
        )
    ]


def test_the_launchers_own_lines_are_no_sign_of_after_effects() -> None:
    log = _read("aerender version 26.0x67", "PROGRESS: Launching After Effects...")
    assert not log.launched
    log.read('Using DXGI: Device: "NVIDIA Tesla M60" has dedicated video RAM (MB): 7592')
    assert log.launched


@pytest.mark.parametrize(
    "line", ["Loading footage: After Effects error: x.mov", "Loading footage: aerender ERROR.mov"]
)
def test_the_name_of_a_file_is_no_error(line: str) -> None:
    assert not _read(line).errors


def test_no_output_fills_the_memory() -> None:
    log = EngineLog()
    for number in range(KEPT * 3):
        log.read(f"aerender ERROR: number {number}")
        log.read(f"WARNING:After Effects warning: number {number}")
        log.read(f"Font family: F{number}, Font style: Regular")
    assert len(log.errors) == len(log.warnings) == len(log.missing_fonts) == KEPT


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "line",
    [
        "WARNING:" + "logged one error " * 4000,
        "PROGRESS:  1/1/2024" + " 1" * 30000,
        "Font family: " * 5000,
        "could not read from source ( " * 2000,
        "PROGRESS:  0:00:00:00 (" + "9" * 60000 + "): 0 Seconds",
        "PROGRESS:  Duration: " + "9" * 60000 + ":00:00:00",
    ],
    ids=["logged", "date", "font", "source", "frame", "duration"],
)
def test_no_line_takes_long(line: str) -> None:
    log = EngineLog()
    for _ in range(20):
        log.read(line)
        log.read("PROGRESS:  Frame Rate: " + "9" * 400 + ".00 (comp)")
    assert log.expected_frames is None
