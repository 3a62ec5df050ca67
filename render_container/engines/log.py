"""State of a render, derived line by line from aerender's output.

The lines of aerender (the launcher) and of After Effects come over two pipes and mix. So the order
of lines matters as little as possible here. Words depend on After Effects' language, so most lines
are recognised by timecodes and dates, which do not.
"""

import re
from enum import StrEnum

from render_container.engines.timecode import TIMECODE, count_frames

LINE_READ = 4096  # characters of a line that are parsed
KEPT = 100  # maximum number of errors, of warnings and of missing fonts that are kept

_VERSION = re.compile(r"^aerender version (\S+)(?: \((.+)\))?$")
_LAUNCHER = re.compile(r"^(aerender version|PROGRESS: Launching) ")
_PROGRESS = re.compile(r"^PROGRESS:\s+")
# A number, then a colon or the end. Headers such as `Duration: 0:00:02:00 (49)` have a label first.
_FRAME = re.compile(rf"^PROGRESS:\s+(?:{TIMECODE}|-?\d+|\d+\+\d+)\s+\((\d{{1,9}})[UL]?\)(?::|$)")
_HEADER = re.compile(rf"^PROGRESS:\s+([^:]+):\s+({TIMECODE})(?:\s|$)")
_RATE = re.compile(r"^PROGRESS:\s+[^:]+:\s+(\d{1,4}[.,]\d{2,3})\s+\(")
_DATED = re.compile(r"^PROGRESS:\s+\d{1,4}([./-])\d{1,2}\1\d{1,4}\D.*\d:\d\d")
_STARTED = re.compile(r"^PROGRESS:.*: Starting composition\b")
_FINISHED = re.compile(r"^PROGRESS:(.*: Finished composition\b|\s+Total Time Elapsed:)")

_LOGGED = re.compile(r"^WARNING:.*\blogged \S+ errors?\b.*?error:\s*(.+)$", re.IGNORECASE)
# In the languages of After Effects; only English and German are confirmed by real logs.
_STRONG = re.compile(
    r"After Effects[ -](error|Fehler|エラー|오류|错误)|aerender (SYNTAX )?(ERROR|FEHLER|ERREUR)\b"
    r"|Err(eur|or de|ore di|o do) After Effects",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"\bError executing script\b", re.IGNORECASE)
_LOADING = "Loading footage:"
"""Prefix of a line that is not searched for errors, because its file name may look like one."""
_BARE_SOURCE = re.compile(
    r"^could not read from source.*\(\s*-?\d+\s*::\s*-?\d+\s*\)", re.IGNORECASE
)
_ABORTED = re.compile(r"^INFO: Render aborted")
_WARNING = re.compile(r"^WARNING:\s*(?:After Effects warning:\s*)?(.+)$")
_FONT = re.compile(r"Font family: (.+?), Font style: (.+?)(?= {2,}|[|}]|$)")


_LABELS = {
    "Start": "start",
    "End": "end",
    "Duration": "duration",
    "Anfang": "start",
    "Ende": "end",
    "Dauer": "duration",
}
"""English and German labels of the timecodes in the output's header."""


class Phase(StrEnum):
    """Phase of a run of aerender. The members are in the order of a run."""

    LAUNCH = "launch"
    """No line has come yet."""
    OPEN = "open"
    """Lines have come, but the render has not started."""
    FRAMES = "frames"
    """The render has started."""
    FINISH = "finish"
    """All expected frames are rendered; the output file is being completed."""
    EXIT = "exit"
    """aerender has reported the end of the composition, but its process has not ended."""


class EngineLog:
    """State of one run of aerender, from the output lines read so far.

    `expected_frames` is the number of frames to render; None: taken from the output's header.
    """

    def __init__(self, expected_frames: int | None = None) -> None:
        self.phase = Phase.LAUNCH
        self.drawn_by: str | None = None
        """Engine as named in its output, such as `After Effects 26.0x67`; None until known."""
        self.frames: set[int] = set()
        """Numbers of the frames rendered so far, as printed.

        This is a set, because fields and retries repeat numbers. Multi-frame rendering mixes their
        order.
        """
        self.launched = False
        """True once a line has come other than those with which aerender announces its launch."""
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.missing_fonts: list[str] = []
        """Family and style of each font that After Effects reported as missing."""
        self._expected = expected_frames
        self._times: dict[str, str] = {}
        self._rate: float | None = None
        self._dated = 0
        self._script_failed = False

    @property
    def expected_frames(self) -> int | None:
        """Number of frames to render: as given to the constructor, else from the output's header.

        None if neither contains it, or the header has not come yet.
        """
        if self._expected is not None:
            return self._expected
        if self._rate is None or "duration" not in self._times:
            return None
        return count_frames(self._times["duration"], self._rate)

    @property
    def percent(self) -> float:
        """Percentage of the expected frames that are rendered, from 0 to 100; never decreases.

        0 while the number of expected frames is unknown.
        """
        if not self.expected_frames:
            return 0.0
        return min(100.0, 100.0 * len(self.frames) / self.expected_frames)

    @property
    def start(self) -> str | None:
        """Timecode of the first frame, from the output's header; None until that has come."""
        return self._times.get("start")

    def read(self, line: str) -> None:
        """Update the state with the next line of output."""
        line = line[:LINE_READ]
        self._advance(Phase.OPEN)
        if not _LAUNCHER.match(line):
            self.launched = True
        if _PROGRESS.match(line):
            self._read_progress(line)
        elif match := _VERSION.match(line):
            self.drawn_by = match[2] or f"After Effects {match[1]}"
        elif self._script_failed and line.startswith("Error:"):
            self._script_failed = False
            self._name_script_error(line)
        elif error := _error_in(line):
            _keep(error, self.errors)
            self._script_failed |= bool(_SCRIPT.search(error))
        else:
            self._read_warning(line)

    def _name_script_error(self, line: str) -> None:
        """Append `line`, a failed script's exception, to the error reported by an earlier line."""
        for number, error in enumerate(self.errors):
            if _SCRIPT.search(error):
                self.errors[number] = f"{error} {line}"
                return

    def _read_progress(self, line: str) -> None:
        if match := _FRAME.match(line):
            self.frames.add(int(match[1]))
            self._advance(Phase.FRAMES)
            if self.expected_frames and len(self.frames) >= self.expected_frames:
                self._advance(Phase.FINISH)
        elif _FINISHED.match(line):
            self._advance(Phase.EXIT)
        elif _STARTED.match(line) or _DATED.match(line):
            self._dated += 1
            self._advance(Phase.FRAMES if self._dated == 1 else Phase.EXIT)
        elif match := _HEADER.match(line):
            self._read_header(match[1], match[2])
        elif match := _RATE.match(line):
            self._rate = float(match[1].replace(",", "."))

    def _read_header(self, label: str, timecode: str) -> None:
        """Record a header's start, end or duration, by English or German label, else by order."""
        by_order = ("start", "end", "duration")
        name = _LABELS.get(label) or by_order[min(len(self._times), 2)]
        self._times.setdefault(name, timecode)
        self._advance(Phase.FRAMES)

    def _read_warning(self, line: str) -> None:
        fonts = [f"{family} {style}".strip() for family, style in _FONT.findall(line)]
        for font in fonts:
            _keep(font, self.missing_fonts)
        if not fonts and (match := _WARNING.match(line)):
            _keep(match[1], self.warnings)

    def _advance(self, phase: Phase) -> None:
        order = list(Phase)
        if order.index(phase) > order.index(self.phase):
            self.phase = phase


def _keep(text: str, texts: list[str]) -> None:
    if text not in texts and len(texts) < KEPT:
        texts.append(text)


def _error_in(line: str) -> str | None:
    """Return the error message in a line of output; None if the line reports no error.

    aerender may exit with 0 even after an error.
    """
    if line.startswith(_LOADING):
        return None
    if match := _LOGGED.match(line):
        return match[1]
    if _STRONG.search(line) or _BARE_SOURCE.match(line):
        return line
    return "The render was aborted." if _ABORTED.match(line) else None
