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
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[3])

    from tests.support.fake_aerender.modes import play

    sys.exit(play(os.environ["FAKE_MODE"], sys.argv[1:]))
