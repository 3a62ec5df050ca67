"""Every known behaviour of aerender, driven to its verdict.

Whatever it does: the verdict has the right class and the right sentence, nothing takes longer than
its watchdog and two seconds (of a machine that has time), and no process is left.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal, cast
from uuid import uuid4

import psutil
import pytest

from intarsia.domain.jobs import Failure
from render_container.engines.arguments import Render
from render_container.engines.process import Outcome
from render_container.engines.verdict import judge
from render_container.worker.errors import AttemptError
from render_container.worker.verify import verify
from render_container.worker.work import Expected

SLACK = 2.0  # seconds that ending everything may take beyond the watchdog
WELL = 20.0  # seconds within which a run must end that no watchdog has to end


@dataclass(frozen=True)
class Behaviour:
    """What is played, and what has to be made of it."""

    mode: str
    kind: Literal["user", "transient", "configuration"] | None = None
    """None: the render is well."""
    reason: str = ""
    movie: str | None = "good"
    bounds: dict[str, float] = field(default_factory=dict)
    """The watchdog that has to end it, and its seconds."""
    warnings: tuple[str, ...] = ()
    fonts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.mode if self.movie == "good" else f"{self.mode} with {self.movie} movie"


BLANK = (
    "timeSpanStart of -0,87 seconds will cause render to have frames outside of range defined by "
    "comp displayStartTime (0,87) and end of comp duration (26,63). Render will succeed, but may "
    "have blank frames."
)
COMMAND_LINE = "The engine refused its command line: "
DIALOG = "; look for a licence, sign-in or crash dialog of After Effects on its machine."
IMPORT = (
    "The engine cannot import a file: File logoAnim_holder is not a valid file type for import."
)
COMPRESSION = (
    "A file uses a compression the engine cannot read: "
    "The source compression type is not supported."
)
NO_ANSWER = (
    "The engine did not answer: aerender ERROR -1712: AESend failed to send apple event at line 909"
)
SCRIPT = (
    "A script failed inside After Effects: Error executing script: job-script.jsx "
    "Error: nexrender: Couldn't find any layers by provided name (P_img)"
)

WELL_AFTER_ALL = [
    Behaviour("success"),
    Behaviour("obedient"),
    Behaviour("benign"),
    Behaviour("without_gpu"),
    Behaviour("silent_movie"),
    Behaviour("missing_fonts", warnings=("Project has missing fonts.",), fonts=("Bebas Regular",)),
    Behaviour(
        "blank_frames",
        warnings=(BLANK,),
    ),
    Behaviour("german"),
    Behaviour("spanish"),
    Behaviour("drop_frame"),
    Behaviour("interlaced"),
    Behaviour("many_at_once"),
    Behaviour("slow_frames"),
    Behaviour("launcher_last"),
    Behaviour("two_streams"),
    Behaviour("on_stderr"),
    Behaviour("bad_bytes"),
    Behaviour("split_letters", warnings=("Größe 東京",)),
    Behaviour("old_code_page", warnings=("Größe",)),
    Behaviour("shift_jis", warnings=("ソース 東京".encode("shift_jis").decode("cp850"),)),
    Behaviour("huge_line"),
    Behaviour("huge_numbers"),
    Behaviour("orphan"),
    Behaviour("orphan_elsewhere"),
    Behaviour(
        "success", movie="black", warnings=("All frames that were sampled are black or empty.",)
    ),
    Behaviour("success", movie="still", warnings=("All frames that were sampled look the same.",)),
    Behaviour("success", movie="small", warnings=("The output is 32 x 18 pixels, not 64 x 36.",)),
    Behaviour("hang_at_exit", bounds={"exit": 0.3}),
]

SAID = [
    ("unknown_comp", "user", "The template has no composition of that name that can be rendered."),
    (
        "unknown_module",
        "configuration",
        "The engine has no output module template for the job's codec.",
    ),
    (
        "unknown_settings",
        "configuration",
        "The engine has no render settings template for the job's quality.",
    ),
    ("illegal_flag", "configuration", COMMAND_LINE + "Illegal argument flag: -r"),
    ("no_value", "configuration", COMMAND_LINE + "no value given for flag: -comp"),
    ("no_project", "configuration", COMMAND_LINE + "No project provided and no project open."),
    (
        "no_output",
        "configuration",
        COMMAND_LINE + "Specified render queue item needs output file but none provided.",
    ),
    ("missing_project", "user", "A file that the template needs is missing: project.aep"),
    ("newer", "user", "The project is from a newer version: project.aep is from a newer version."),
    (
        "invalid_import",
        "user",
        IMPORT,
    ),
    (
        "compression",
        "user",
        COMPRESSION,
    ),
    ("font", "user", "A font cannot be loaded: Unable to load font: Bebas"),
    (
        "busy",
        "transient",
        "After Effects was held by another instance, a script or a dialog on its machine.",
    ),
    (
        "no_answer",
        "transient",
        NO_ANSWER,
    ),
    ("runtime", "transient", "The engine broke down: Runtime error in After Effects."),
    ("crash_report", "transient", "The engine broke down: Crash in progress. Last logged message…"),
    ("internal", "transient", "The engine broke down: internal verification failure, sorry!"),
    (
        "memory",
        "transient",
        "The engine ran out of memory: Unable to allocate enough memory to render.",
    ),
    ("disk", "transient", "The machine ran out of disk space: the disk is full."),
    (
        "licence",
        "configuration",
        "After Effects asks for its licence: Licensing has stopped working.",
    ),
    ("german", "user", "The engine could not render: Das hat noch niemand gesehen."),
    ("unknown", "user", "The engine could not render: Something nobody has seen before."),
    ("hook", "user", "The engine could not render: intarsia: the plan could not be applied."),
]

EXAMPLES = {"fails:disk", "fails_with_zero:memory", "exits:13"}
"""Of what is only said: these are played by a process too."""

SAID_IN_A_LINE = [
    Behaviour(f"{mode}:{name}", cast(Any, kind), reason)
    for mode in ("fails", "fails_with_zero")
    for name, kind, reason in SAID
] + [
    Behaviour("script_failure", "user", SCRIPT),
    Behaviour("script_failure_mixed", "user", SCRIPT),
]

SAID_BY_ITS_CODE = [
    Behaviour(f"exits:{code}", cast(Any, kind), f"{words} (exit code {code}).")
    for code, kind, words in [
        (1, "transient", "The engine failed"),
        (2, "configuration", "The engine refused its command line"),
        (3, "configuration", "The engine refused its command line"),
        (4, "configuration", "The engine refused its command line"),
        (5, "transient", "The engine's own script failed"),
        (6, "transient", "The engine's own script failed"),
        (7, "transient", "aerender broke down"),
        (8, "transient", "aerender broke down"),
        (9, "transient", "After Effects broke down"),
        (10, "transient", "After Effects broke down"),
        (11, "transient", "aerender could not reach After Effects"),
        (12, "transient", "The engine failed"),
        (13, "configuration", "After Effects did not load its commandLineRenderer.jsx"),
        (15, "configuration", "aerender only told its version or its help"),
        (127, "configuration", "The engine could not be started"),
    ]
] + [
    Behaviour("crash", "transient", "The engine crashed (exit code 139)."),
    Behaviour("crash_after_all", "transient", "The engine crashed (exit code 139)."),
    Behaviour("crash_with_grandchild", "transient", "The engine crashed (exit code 134)."),
    Behaviour(
        "killed",
        "transient",
        "The engine was killed, perhaps for the memory it took (exit code 137).",
    ),
    Behaviour("wrong_code", "transient", "The engine failed (exit code 1)."),
    Behaviour("exit_without_a_word", "transient", "After Effects broke down (exit code 9)."),
]

SOURCE = "The engine could not read a source file: Could not read from source. Please check "
NOT_BEGUN = (
    "The engine ended without an error before it began to render, as After Effects does with "
    "compositions that use the Cinema 4D renderer."
)

LIES = [
    Behaviour("read_source", "user", SOURCE + "the settings and try again. ( 86 :: 2 )"),
    Behaviour("strong_error", "user", SOURCE + "it."),
    Behaviour(
        "missing_footage",
        "user",
        "A file that the template needs is missing: Platzhalter Bild.jpg",
    ),
    Behaviour(
        "module_failed",
        "transient",
        "The output file could not be written: Rendering error while writing to file result.mov. "
        "An output module failed. The file may be damaged or corrupted.",
    ),
    Behaviour("partial", "transient", "The engine drew only 9 of 10 frames."),
    Behaviour("aborted", "transient", "The engine aborted the render."),
    Behaviour("cinema_4d", "transient", NOT_BEGUN),
    Behaviour("nothing_said", "transient", NOT_BEGUN),
    Behaviour(
        "success",
        "transient",
        "The engine reported success but wrote no file.",
        movie=None,
    ),
    Behaviour(
        "stale_output",
        "transient",
        "The output is older than the render: nothing was written.",
    ),
    Behaviour(
        "truncated_output",
        "transient",
        "The output cannot be decoded: Invalid data found when processing input.",
    ),
    Behaviour(
        "empty_output",
        "transient",
        "The output cannot be decoded: Invalid data found when processing input.",
    ),
    Behaviour("success", "transient", "The output has 9 frames instead of 10.", movie="short"),
    Behaviour("silent_movie", "transient", "The output has 11 frames instead of 10.", movie="long"),
    Behaviour(
        "success",
        "configuration",
        "The output runs at 30 frames a second, not at 25.",
        movie="fast",
    ),
    Behaviour(
        "success",
        "configuration",
        "The output has 2 video streams instead of one.",
        movie="two",
    ),
]

OPENING = (
    "; a dialog of a script or a plug-in may wait, or the project was saved by another version of "
    "After Effects."
)

HANGS = [
    Behaviour(mode, "transient", f"The engine hung: it {words}", bounds=bounds)
    for mode, bounds, words in [
        (
            "hang_at_launch",
            {"launch": 0.5},
            "said nothing for 0.5 seconds after its launch" + DIALOG,
        ),
        (
            "licence_dialog",
            {"open": 0.3},
            "neither launched nor opened the project in 0.3 seconds" + DIALOG,
        ),
        ("hang_at_open", {"open": 0.3}, "did not begin to render within 0.3 seconds" + OPENING),
        ("chatter_at_open", {"open": 0.3}, "did not begin to render within 0.3 seconds" + OPENING),
        (
            "busy_with_grandchild",
            {"open": 0.3},
            "did not begin to render within 0.3 seconds" + OPENING,
        ),
        (
            "busy_with_runaway",
            {"open": 0.3},
            "did not begin to render within 0.3 seconds" + OPENING,
        ),
        ("busy_with_daemon", {"open": 0.3}, "did not begin to render within 0.3 seconds" + OPENING),
        ("deaf", {"open": 0.3}, "did not begin to render within 0.3 seconds" + OPENING),
        ("flood", {"open": 0.3}, "did not begin to render within 0.3 seconds" + OPENING),
        ("hang_at_first_frame", {"first_frame": 0.3}, "drew no frame for 0.3 seconds."),
        (
            "hang_between_frames",
            {"frame": 0.4},
            "drew no frame for 0.4 seconds after 2 frames.",
        ),
        (
            "same_frame_for_ever",
            {"frame": 0.4, "frame_factor": 0},
            "drew no frame for 0.4 seconds after 1 frames.",
        ),
        (
            "hang_at_finish",
            {"finish": 0.3},
            "did not complete the file within 0.3 seconds; the output's disk may be full.",
        ),
        ("crawl", {"total": 1.2}, "took longer than 1.2 seconds."),
        ("endless", {"total": 0.8}, "took longer than 0.8 seconds."),
    ]
] + [
    Behaviour(
        "hang_after_error",
        "user",
        "The template has no composition of that name that can be rendered.",
        bounds={"open": 0.3},
    ),
]

BEHAVIOURS = [*WELL_AFTER_ALL, *SAID_IN_A_LINE, *SAID_BY_ITS_CODE, *LIES, *HANGS]
ONLY_SAID = [
    behaviour
    for behaviour in BEHAVIOURS
    if behaviour.mode.startswith(("fails:", "fails_with_zero:", "exits:"))
]
"""Nothing but lines and an exit code: no process is needed for each of them."""
PLAYED = [each for each in BEHAVIOURS if each not in ONLY_SAID or each.mode in EXAMPLES]


@dataclass
class Driven:
    """All that came of one behaviour."""

    outcome: Outcome
    failure: Failure | None
    warnings: list[str]
    late: float
    """Seconds from the last news that its watchdog counts from to the end of the run."""


_CHATTY = {"chatter_at_open", "flood", "same_frame_for_ever"}


@pytest.fixture
def drive(
    play: Callable[..., Outcome], render: Render, movies: dict[str, Path]
) -> Callable[[Behaviour, str], Driven]:
    """Plays a behaviour to its verdict; its processes bear the mark."""

    def run(behaviour: Behaviour, mark: str) -> Driven:
        render.project.touch()
        news = [time.monotonic()]
        began = time.time()

        def line(_: str) -> None:
            if "total" not in behaviour.bounds and behaviour.mode not in _CHATTY:
                news.append(time.monotonic())

        outcome = play(
            behaviour.mode,
            movie=movies[behaviour.movie] if behaviour.movie else None,
            variables={"MARKED_TREE": mark},
            line=line,
            **behaviour.bounds,
        )
        late = time.monotonic() - news[-1]
        warnings = list(outcome.log.warnings)
        failure = judge(outcome, render.frames) or _verify(render, began, warnings)
        return Driven(outcome, failure, warnings, late)

    return run


def _verify(render: Render, began: float, warnings: list[str]) -> Failure | None:
    work = SimpleNamespace(
        log=SimpleNamespace(line=lambda _: None),
        heartbeat=SimpleNamespace(check=lambda: None, progress=lambda _: None),
        warnings=warnings,
    )
    expected = Expected(frames=render.frames, width=64, height=36, fps=25)
    files = [render.output] if render.output.exists() else []
    try:
        verify(cast(Any, work), expected, files, since=began)
    except AttemptError as error:
        return error.failure
    return None


@pytest.mark.parametrize("behaviour", ONLY_SAID, ids=lambda behaviour: behaviour.name)
def test_lines_and_exit_codes(
    behaviour: Behaviour,
    play_here: Callable[..., Outcome],
    render: Render,
    movies: dict[str, Path],
) -> None:
    outcome = play_here(behaviour.mode, movie=movies["good"])
    failure = judge(outcome, render.frames)
    assert failure is not None
    assert (failure.kind, failure.reason) == (behaviour.kind, behaviour.reason)
    assert outcome.log.warnings == []
    assert outcome.log.missing_fonts == []


@pytest.mark.parametrize("behaviour", PLAYED, ids=lambda behaviour: behaviour.name)
def test_a_behaviour(
    behaviour: Behaviour,
    drive: Callable[[Behaviour, str], Driven],
    marked: Callable[[str], list[psutil.Process]],
    far_bound: Callable[[float], float],
) -> None:
    mark = uuid4().hex
    driven = drive(behaviour, mark)
    assert marked(mark) == []
    failure = driven.failure
    said = (failure.kind, failure.reason) if failure else (None, "")
    assert said == (behaviour.kind, behaviour.reason)
    assert driven.warnings == list(behaviour.warnings)
    assert driven.outcome.log.missing_fonts == list(behaviour.fonts)
    bounds = behaviour.bounds.values()
    latest, slack = (max(bounds), SLACK) if bounds else (0, WELL)
    assert driven.late < latest + far_bound(slack)
    assert bool(driven.outcome.hung) == bool(behaviour.bounds)


def test_the_table_has_every_way_to_fail() -> None:
    assert len(BEHAVIOURS) >= 40
    assert {behaviour.kind for behaviour in BEHAVIOURS} == {
        None,
        "user",
        "transient",
        "configuration",
    }
    names = [behaviour.name for behaviour in BEHAVIOURS]
    assert len(names) == len(set(names))


def test_the_list_of_processes_would_show_one_that_is_left(
    play: Callable[..., Outcome], marked: Callable[[str], list[psutil.Process]], tmp_path: Path
) -> None:
    mark = uuid4().hex
    seen: list[int] = []
    pid_file = tmp_path / "pid"

    def cancelled() -> bool:
        if pid_file.exists() and pid_file.read_text():
            seen.extend(process.pid for process in marked(mark))
            return True
        return False

    play(
        "busy_with_daemon",
        pid_file=pid_file,
        variables={"MARKED_TREE": mark},
        cancelled=cancelled,
    )
    assert int(pid_file.read_text()) in seen
    assert len(set(seen)) == 3  # the guard, the engine, the daemon
    assert marked(mark) == []
