"""Renders that never end by themselves, in every phase."""

import os
import signal
import time

from tests.support.fake_aerender.errors import fails
from tests.support.fake_aerender.player import Player
from tests.support.fake_aerender.saying import FOREVER, hang, say


def hang_at_launch(player: Player) -> int:
    player.leave_pid(os.getpid())
    return hang()


def licence_dialog(player: Player) -> int:
    """The launcher waits for an After Effects that waits for somebody to sign in."""
    player.leave_pid(os.getpid())
    player.announce()
    return hang()


def hang_at_open(player: Player) -> int:
    player.leave_pid(os.getpid())
    player.launch()
    return hang()


def chatter_at_open(player: Player) -> int:
    """Talks all the time, but never of a render."""
    player.launch()
    for number in range(FOREVER * 100):
        say(f"2019-04-30 01:59:12 : INFO  Environment: {number}")
        time.sleep(0.01)
    return 0


def hang_at_first_frame(player: Player) -> int:
    player.leave_pid(os.getpid())
    player.launch()
    player.open()
    return hang()


def hang_between_frames(player: Player) -> int:
    player.leave_pid(os.getpid())
    player.launch()
    player.open()
    player.frames(2, pause=0.02)
    return hang()


def same_frame_for_ever(player: Player) -> int:
    player.launch()
    player.open()
    while True:
        player.frame(0)
        time.sleep(0.01)


def hang_at_finish(player: Player) -> int:
    player.leave_pid(os.getpid())
    player.launch()
    player.open()
    player.frames()
    return hang()


def hang_at_exit(player: Player) -> int:
    player.leave_pid(os.getpid())
    player.all()
    return hang()


def hang_after_error(player: Player) -> int:
    """An error's dialog waits for somebody."""
    fails(player, "unknown_comp")
    return hang()


def crawl(player: Player) -> int:
    player.leave_pid(os.getpid())
    player.launch()
    player.open()
    player.frames(pause=1)
    return 0


def endless(player: Player) -> int:
    player.launch()
    player.open()
    while True:
        player.frames(1, pause=0.01)


def deaf(player: Player) -> int:
    """Does not end when it is asked to."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    player.leave_pid(os.getpid())
    player.launch()
    return hang()


def flood(player: Player) -> int:
    """Says more than anybody can read."""
    player.launch()
    block = b"noise\n" * 10_000
    while True:
        os.write(1, block)
