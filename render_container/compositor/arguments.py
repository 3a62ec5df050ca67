"""Parsing of the compositor's command line, which is aerender's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from render_container.compositor.errors import ArgumentSyntaxError, UsageError

RENDER_SETTINGS = frozenset({"nx_full", "nx_draft", "Best Settings", "Draft Settings"})
DRAFT_SETTINGS = frozenset({"nx_draft", "Draft Settings"})

_VALUES = {  # number of values after each flag that is accepted but has no effect
    "-mem_usage": 2,
    "-mp": 0,
    "-reuse": 0,
}
_UNSUPPORTED = {
    "-rqindex": "the compositor has no render queue; name the composition with -comp",
    "-teamproject": "the compositor reads project files only; name one with -project",
}
_IGNORED_OVERRIDES = frozenset({"-renderSettings", "-outputSettings"})
_CHOICES = {
    "-v": ("ERRORS", "ERRORS_AND_PROGRESS"),
    "-close": ("DO_NOT_SAVE_CHANGES", "SAVE_CHANGES", "DO_NOT_CLOSE"),
    "-sound": ("ON", "OFF"),
    "-mfr": ("ON", "OFF"),
}
_SWITCHES = {
    "-continueOnMissingFootage": "continue_on_missing_footage",
    "-help": "help",
    "-h": "help",
    "-version": "version",
}
_TEXTS = frozenset({"-project", "-comp", "-output", "-OMtemplate", "-RStemplate", "-log"})
_NUMBERS = frozenset({"-s", "-e", "-i"})


@dataclass
class Arguments:
    """A parsed command line. A value of None means that its flag was not given."""

    project: Path | None = None
    """The .aep file."""
    comp: str | None = None
    """Name of the composition to render."""
    output: Path | None = None
    """The file to write; `[#####]` in its name stands for the frame number."""
    output_template: str | None = None
    """Name of the output module template; None for the default of the output's extension."""
    settings_template: str = "Best Settings"
    """Name of the render settings template."""
    start: int | None = None
    """First frame, as the project displays frame numbers; None for the work area's first."""
    end: int | None = None
    """Last frame (inclusive), as the project displays frame numbers; None for the work area's."""
    increment: int = 1
    """Frames from one rendered frame to the next, 1 to 100."""
    single_threaded: bool = False
    """True after `-mfr OFF`: a movie is then encoded by one thread.

    In After Effects, the flag means that one frame is rendered at a time.
    """
    sound: bool | None = None
    """Whether to write the sound; None has the same effect as True."""
    continue_on_missing_footage: bool = False
    """True to draw colour bars in place of missing footage instead of failing."""
    progress: bool = True
    """Whether to log `PROGRESS` lines besides errors and warnings."""
    log: Path | None = None
    """The file to which the log is copied."""
    help: bool = False
    """True to print the help text instead of rendering."""
    version: bool = False
    """True to print the version instead of rendering."""
    ignored: list[str] = field(default_factory=list)
    """Flags with their values, such as `-renderSettings X`, to be ignored with a warning."""

    @property
    def draft(self) -> bool:
        """Whether the render settings template selects draft quality.

        Draft quality has no antialiasing and uses nearest-pixel sampling.
        """
        return self.settings_template in DRAFT_SETTINGS


class _Reader:
    """A reader of the words of a command line, first to last."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = list(words)
        self._next = 0

    def more(self) -> bool:
        return self._next < len(self._words)

    def word(self) -> str:
        self._next += 1
        return self._words[self._next - 1]

    def value(self, flag: str) -> str:
        if not self.more():
            raise ArgumentSyntaxError(f"no value given for flag: {flag}")
        return self.word()

    def number(self, flag: str) -> int:
        text = self.value(flag)
        try:
            return int(text)
        except ValueError:
            raise ArgumentSyntaxError(f"{flag} takes a whole number, not: {text}") from None

    def choice(self, flag: str) -> str:
        text = self.value(flag)
        if text not in _CHOICES[flag]:
            known = ", ".join(_CHOICES[flag])
            raise ArgumentSyntaxError(f"{flag} takes one of {known}, not: {text}")
        return text


def parse(words: Sequence[str]) -> Arguments:
    """Parse the words of a command line, without the program's name.

    Raises:
        ArgumentSyntaxError: if a flag is unknown or lacks its value, or a value is invalid.
        UsageError: if aerender has the flag, but the compositor does not support it.
    """
    arguments, reader = Arguments(), _Reader(words)
    while reader.more():
        _read_flag(arguments, reader, reader.word())
    return arguments


def _read_flag(arguments: Arguments, reader: _Reader, flag: str) -> None:
    if flag in _TEXTS:
        _set_text(arguments, flag, reader.value(flag))
    elif flag in _NUMBERS:
        _set_number(arguments, flag, reader.number(flag))
    elif flag in _CHOICES:
        _set_choice(arguments, flag, reader.choice(flag))
        if flag == "-mfr":
            reader.value(flag)  # skips the CPU percentage, which has no effect
    elif flag in _SWITCHES:
        setattr(arguments, _SWITCHES[flag], True)
    elif flag in _VALUES:
        for _ in range(_VALUES[flag]):
            reader.value(flag)
    elif flag in _IGNORED_OVERRIDES:
        arguments.ignored.append(f"{flag} {reader.value(flag)}")
    elif flag in _UNSUPPORTED:
        raise UsageError(f"{flag} is not supported: {_UNSUPPORTED[flag]}.")
    else:
        raise ArgumentSyntaxError(f"Illegal argument flag: {flag}")


def _set_text(arguments: Arguments, flag: str, text: str) -> None:
    if flag == "-project":
        arguments.project = Path(text)
    elif flag == "-output":
        arguments.output = Path(text)
    elif flag == "-log":
        arguments.log = Path(text)
    elif flag == "-comp":
        arguments.comp = text
    elif flag == "-OMtemplate":
        arguments.output_template = text
    else:
        arguments.settings_template = text


def _set_number(arguments: Arguments, flag: str, number: int) -> None:
    if flag == "-s":
        arguments.start = number
    elif flag == "-e":
        arguments.end = number
    elif 1 <= number <= 100:
        arguments.increment = number
    else:
        raise ArgumentSyntaxError(f"-i takes a number from 1 to 100, not: {number}")


def _set_choice(arguments: Arguments, flag: str, choice: str) -> None:
    if flag == "-v":
        arguments.progress = choice == "ERRORS_AND_PROGRESS"
    elif flag == "-sound":
        arguments.sound = choice == "ON"
    elif flag == "-mfr":
        arguments.single_threaded = choice == "OFF"


HELP = """USAGE: intarsia-aerender -project P -comp C -output O [flags]

  -project P                    the .aep file
  -comp C                       the composition to render
  -output O                     the file to write; [#####] stands for the frame number
  -OMtemplate T                 output module template, e.g. video_h264_vbr_15mbps, image_png
  -RStemplate R                 nx_full, nx_draft, Best Settings or Draft Settings
  -s N, -e N                    first and last frame (inclusive), as the project counts frames
  -i N                          increment, 1 to 100
  -sound ON|OFF                 write the sound (default: ON)
  -v ERRORS|ERRORS_AND_PROGRESS lines to print (default: ERRORS_AND_PROGRESS)
  -continueOnMissingFootage     draw colour bars where footage is missing
  -log F                        write the log to this file too
  -mfr ON|OFF P                 OFF: one thread encodes (default: two)
  -close, -mp, -mem_usage, -reuse   accepted, without effect
  -help, -version
"""
