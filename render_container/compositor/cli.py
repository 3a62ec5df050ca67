"""The `intarsia-aerender` command, which renders one composition."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import TextIO

from render_container.compositor.arguments import HELP, Arguments, parse
from render_container.compositor.errors import CompositorError, Terminated
from render_container.compositor.report import VERSION_LINE, Report

_NOT_A_RENDER = 15  # aerender's own exit code for -help and -version
_UNEXPECTED = 7
_STOPPING = (signal.SIGTERM, signal.SIGINT)


def main(words: list[str] | None = None) -> int:
    """Render according to the command line, log to standard output, and return the exit code.

    `words` are the arguments without the program's name; None means `sys.argv[1:]`. Replaces the
    process's handlers of SIGTERM and SIGINT: either signal stops the render.
    """
    _stop_on_signals()
    try:
        return run(sys.argv[1:] if words is None else words, sys.stdout)
    except Terminated as stop:
        return stop.exit_code


def run(words: list[str], stream: TextIO) -> int:
    """Render according to the command line, log to `stream`, and return the exit code.

    `words` are the arguments without the program's name. Errors of the render are logged, not
    raised.
    """
    try:
        return _run(parse(words), stream)
    except CompositorError as error:
        Report(stream).line(f"{error.prefix}: {error}")
        return error.exit_code


def _run(arguments: Arguments, stream: TextIO) -> int:
    report = Report(stream, progress=arguments.progress)
    if arguments.log is not None:
        try:
            report.copy_to(arguments.log)
        except OSError as error:
            raise CompositorError(f"the log file cannot be written: {error}") from error
    try:
        return _render(arguments, report)
    finally:
        report.close()


def _render(arguments: Arguments, report: Report) -> int:
    report.line(VERSION_LINE)
    if arguments.version or arguments.help:
        if arguments.help:
            for line in HELP.splitlines():
                report.line(line)
        return _NOT_A_RENDER
    report.message("Launching the Intarsia compositor...")
    try:
        from render_container.compositor.render import render

        report.message("...the Intarsia compositor successfully launched")
        render(arguments, report)
    except CompositorError as error:
        report.line(f"{error.prefix}: {error}")
        return error.exit_code
    except Terminated as stop:
        report.line("INFO: Render aborted.")
        return stop.exit_code
    except MemoryError:
        report.line("aerender ERROR: After Effects error: out of memory.")
        return _UNEXPECTED
    except Exception as error:  # noqa: BLE001 - last resort: log one line instead of a traceback
        report.line(
            f"aerender ERROR: Runtime error in the compositor: {type(error).__name__}: {error}"
        )
        return _UNEXPECTED
    return 0


def _stop_on_signals() -> None:
    """Make SIGTERM and SIGINT raise `Terminated`, so that partly written files are removed."""

    def stop(number: int, _: FrameType | None) -> None:
        for each in _STOPPING:  # a second signal must not interrupt the cleanup
            signal.signal(each, signal.SIG_IGN)
        raise Terminated(number)

    for number in _STOPPING:
        signal.signal(number, stop)


if __name__ == "__main__":
    sys.exit(main())
