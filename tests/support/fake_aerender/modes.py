"""The behaviours of the stand-in, by name."""

from tests.support.fake_aerender import errors, hangs, lies, processes, whole
from tests.support.fake_aerender.player import Player

MODES = {
    name: play
    for module in (whole, lies, errors, hangs, processes)
    for name, play in vars(module).items()
    if callable(play) and play.__module__ == module.__name__ and not name.startswith("_")
}


def play(mode: str, arguments: list[str]) -> int:
    """Play a mode, such as `fails:unknown_module`; returns the exit code."""
    name, _, argument = mode.partition(":")
    player = Player(arguments)
    return MODES[name](player, argument) if argument else MODES[name](player)
