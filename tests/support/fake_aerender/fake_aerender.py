"""Plays aerender: real log lines, and the ways in which real renders go wrong.

Started as `python -S …/fake_aerender.py -project … -comp …`. What to play is named by the
environment:

FAKE_MODE   a function of one of the modules beside this one, with an argument after a colon for
            those that take one, as `success`, `hang_at_open`, `exits:9`, `fails:unknown_module`
FAKE_MOVIE  a file that is copied to -output
FAKE_PID    a file into which the id of a grandchild (or of this process) is written
"""

import os
import sys

import errors
import hangs
import lies
import processes
import whole
from player import Player

MODES = {
    name: play
    for module in (whole, lies, errors, hangs, processes)
    for name, play in vars(module).items()
    if callable(play) and play.__module__ == module.__name__ and not name.startswith("_")
}

if __name__ == "__main__":
    mode, _, argument = os.environ["FAKE_MODE"].partition(":")
    player = Player(sys.argv[1:])
    sys.exit(MODES[mode](player, argument) if argument else MODES[mode](player))
