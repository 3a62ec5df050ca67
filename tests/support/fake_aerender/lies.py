"""Renders that are not what they say: wrong with exit code 0, or right with another one."""

import os
import signal
from pathlib import Path

from tests.support.fake_aerender.player import Player
from tests.support.fake_aerender.saying import say


def read_source(player: Player) -> int:
    player.all()
    say("Could not read from source. Please check the settings and try again. ( 86 :: 2 )")
    return 0


def strong_error(player: Player) -> int:
    player.all()
    say("aerender Error: After Effects error: Could not read from source. Please check it.")
    return 0


def missing_footage(player: Player) -> int:
    say(
        "WARNING:After Effects warning: logged one error  error: Unable to Render: "
        "File Not Found C:\\Users\\Admin User\\Platzhalter Bild.jpg"
    )
    player.all()
    return 0


def module_failed(player: Player) -> int:
    player.all()
    say(
        "WARNING:After Effects warning: logged one error  error: Rendering error while writing to "
        "file C:\\work\\result.mov. An output module failed. The file may be damaged or corrupted."
    )
    return 0


def partial(player: Player) -> int:
    """One frame is missing."""
    player.launch()
    player.open()
    player.frames(player.count - 1)
    player.write()
    player.finish()
    return 0


def aborted(player: Player) -> int:
    player.launch()
    player.open()
    player.frames(3)
    say("INFO: Render aborted.")
    return 0


def cinema_4d(player: Player) -> int:
    """Exits after launching, with nothing said."""
    player.launch()
    return 0


def nothing_said(player: Player) -> int:
    return 0


def stale_output(player: Player) -> int:
    """The file is of an earlier run."""
    player.all()
    os.utime(player.after("-output"), (1_500_000_000, 1_500_000_000))
    return 0


def truncated_output(player: Player) -> int:
    player.all()
    output = Path(player.after("-output"))
    whole = output.read_bytes()
    output.write_bytes(whole[: len(whole) // 2])
    return 0


def empty_output(player: Player) -> int:
    player.all()
    Path(player.after("-output")).write_bytes(b"")
    return 0


def crash_after_all(player: Player) -> int:
    player.all()
    return _crash()


def crash(player: Player) -> int:
    player.launch()
    player.open()
    player.frames(1)
    return _crash()


def _crash() -> int:
    os.kill(os.getpid(), signal.SIGSEGV)
    return 0


def killed(player: Player) -> int:
    """As by a system that is short of memory."""
    player.launch()
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def wrong_code(player: Player) -> int:
    """Everything is well but for the exit code."""
    player.all()
    return 1
