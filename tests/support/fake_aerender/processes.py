"""Renders that leave processes behind, as aerender leaves AfterFX."""

import os
import subprocess
import sys

from tests.support.fake_aerender.player import Player
from tests.support.fake_aerender.saying import FOREVER, hang


def orphan(player: Player) -> int:
    """A grandchild that keeps our pipes open and outlives us."""
    _grandchild(player)
    player.all()
    return 0


def orphan_elsewhere(player: Player) -> int:
    """One in a session of its own, whose parent has ended."""
    _daemon(player)
    player.all()
    return 0


def busy_with_grandchild(player: Player) -> int:
    _grandchild(player)
    player.launch()
    return hang()


def busy_with_runaway(player: Player) -> int:
    _grandchild(player, start_new_session=True)
    player.launch()
    return hang()


def busy_with_daemon(player: Player) -> int:
    _daemon(player)
    player.launch()
    return hang()


def crash_with_grandchild(player: Player) -> int:
    _grandchild(player)
    player.launch()
    os.abort()


def _grandchild(player: Player, *, start_new_session: bool = False) -> None:
    sleeper = subprocess.Popen(
        [sys.executable, "-S", "-c", f"import time; time.sleep({FOREVER})"],
        start_new_session=start_new_session,
    )
    player.leave_pid(sleeper.pid)


def _daemon(player: Player) -> None:
    """Fork twice, so that the sleeper belongs neither to our group nor to us."""
    middle = os.fork()
    if middle == 0:
        os.setsid()
        _grandchild(player)
        os._exit(0)
    os.waitpid(middle, 0)
