"""Failures by the engine's exit code, for runs whose output contains no error message."""

from typing import Final, Literal

from intarsia.domain.jobs import Failure

_Kind = Literal["transient", "configuration"]

# From commandLineRenderer.jsx. 15 was seen for -help and -version. 126 and 127 are not aerender's.
_COMMAND: Final = ("configuration", "The engine refused its command line")
_SCRIPTING: Final = ("transient", "The engine's own script failed")
_LAUNCHER: Final = ("transient", "aerender broke down")
_AFTER_EFFECTS: Final = ("transient", "After Effects broke down")
_NOT_STARTED: Final = ("configuration", "The engine could not be started")
_KNOWN: Final[dict[int, tuple[_Kind, str]]] = {
    2: _COMMAND,
    3: _COMMAND,
    4: _COMMAND,
    5: _SCRIPTING,
    6: _SCRIPTING,
    7: _LAUNCHER,
    8: _LAUNCHER,
    9: _AFTER_EFFECTS,
    10: _AFTER_EFFECTS,
    11: ("transient", "aerender could not reach After Effects"),
    13: ("configuration", "After Effects did not load its commandLineRenderer.jsx"),
    15: ("configuration", "aerender only told its version or its help"),
    126: _NOT_STARTED,
    127: _NOT_STARTED,
    137: ("transient", "The engine was killed, perhaps for the memory it took"),
    143: ("transient", "The engine was told to stop"),
}

# NTSTATUS values: the exit codes of processes that Windows ends.
# https://learn.microsoft.com/openspecs/windows_protocols/ms-erref
_WINDOWS: Final[dict[int, tuple[_Kind, str]]] = {
    0xC0000017: ("transient", "The engine ran out of memory"),
    0xC000012D: ("transient", "The engine ran out of memory"),
    0xC0000135: ("configuration", "The engine lacks a DLL"),
    0xC0000139: ("configuration", "The engine found a DLL of another version"),
    0xC0000142: ("transient", "Windows could not start the engine"),
    0xC000013A: ("transient", "The engine was told to stop"),
    0x40010004: ("transient", "The engine was killed"),
}
_CRASHES = range(0xC0000000, 0x100000000)


def of_exit_code(code: int | None) -> Failure:
    """Return the job's failure for an engine's exit code other than 0.

    `code` may be signed or unsigned. None stands for an engine that this process killed.
    """
    if code is None:
        return Failure(kind="transient", reason="The engine was killed.")
    kind, words = _meaning(code)
    return Failure(kind=kind, reason=f"{words} (exit code {code}).")


def _meaning(code: int) -> tuple[_Kind, str]:
    if code in _KNOWN:
        return _KNOWN[code]
    unsigned = code & 0xFFFFFFFF  # -1073741819 and 3221225477 are one code, signed or not
    if unsigned in _WINDOWS:
        return _WINDOWS[unsigned]
    if -256 < code < 0:  # a negative signal number
        return _KNOWN.get(128 - code, ("transient", "The engine crashed"))
    if unsigned in _CRASHES or 128 < code < 256:
        return "transient", "The engine crashed"
    if code % 256 == 0 and code // 256 in _KNOWN:  # a wait status: the upper byte is the code
        return _KNOWN[code // 256]
    return "transient", "The engine failed"
