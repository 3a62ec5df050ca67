"""Plays aerender: real log lines, and the ways in which real renders go wrong.

What to play is named by the environment variable FAKE_MODE; FAKE_MOVIE is a file to copy to
-output, FAKE_PID a file to write the id of a grandchild (or of this process) to.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

FOREVER = 600  # seconds; tests kill us long before

HEADER = """PROGRESS: Adding specified comp to Render Queue
PROGRESS:  4/30/2019 1:59:13 AM: Starting composition “main”.


PROGRESS:  Render Settings: nx_full
PROGRESS:  Quality: Best
PROGRESS:  Size: 1920 x 1080
PROGRESS:  Time Span: Custom
PROGRESS:  Start: 0:00:00:00
PROGRESS:  End: 0:00:00:{last:02d}
PROGRESS:  Duration: 0:00:00:{count:02d} ({count})
PROGRESS:  Frame Rate: 25,00 (comp)
PROGRESS:  {blank}
PROGRESS:  Output Module: video_h264_vbr_15mbps
PROGRESS:  Output Audio: 48.000 kHz / 16 bit / Stereo (if comp has audio)
PROGRESS:  Final Size: 1920 x 1080
PROGRESS:  {blank}
"""


class Player:
    def __init__(self, arguments: list[str]) -> None:
        self.first, self.last = int(_after(arguments, "-s")), int(_after(arguments, "-e"))
        self.output = Path(_after(arguments, "-output"))
        self.count = self.last - self.first + 1

    def launch(self) -> None:
        say("aerender version 26.0x67")
        say("PROGRESS: Launching After Effects...")
        say('Using DXGI: Device: "NVIDIA Tesla M60" has dedicated video RAM (MB): 7592')

    def open(self) -> None:
        say(HEADER.format(last=self.count - 1, count=self.count, blank=""))

    def frames(self, count: int | None = None, pause: float = 0.0) -> None:
        for index in range(self.count if count is None else count):
            say(f"PROGRESS:  0:00:00:{index:02d} ({index + 1}): 0 Seconds")
            time.sleep(pause)

    def write(self) -> None:
        if os.environ.get("FAKE_MOVIE"):
            shutil.copyfile(os.environ["FAKE_MOVIE"], self.output)

    def finish(self) -> None:
        say('PROGRESS:  4/30/2019 1:59:15 AM: Finished composition "main".')
        say("PROGRESS:  Total Time Elapsed: 2 Seconds")

    def all(self) -> None:
        self.launch()
        self.open()
        self.frames()
        self.write()
        self.finish()


def success(player: Player) -> int:
    player.all()
    return 0


def read_source(player: Player) -> int:
    player.all()
    say("Could not read from source. Please check the settings and try again. ( 86 :: 2 )")
    return 0


def missing_footage(player: Player) -> int:
    say(
        "WARNING:After Effects warning: logged one error  error: Unable to Render: "
        "File Not Found C:\\Users\\Platzhalter Bild.jpg"
    )
    player.all()
    return 0


def benign(player: Player) -> int:
    say("Loading footage: error_analysis_final.mov")
    say("*** GPU Warning: GPU3 failed (previous) sanity test ***")
    say(
        "2020-09-21 06:27:18:851 : ERROR *** IVCAutoReleasePool: Object 0000000022FD8270 of class "
        "vcfoundation::data::DataWrapper autoreleased with no pool in place - just leaking"
    )
    say("Unable to load font: Helvetica")
    player.all()
    say("Render finished with 0 errors.")
    return 0


def unknown_comp(player: Player) -> int:
    player.launch()
    say("aerender ERROR: No comp was found with the given name.")
    return 9


def crash(player: Player) -> int:
    player.launch()
    player.open()
    player.frames(1)
    os.kill(os.getpid(), 11)
    return 0


def exit_without_a_word(player: Player) -> int:
    return 9


def partial(player: Player) -> int:
    player.launch()
    player.open()
    player.frames(player.count - 1)
    player.write()
    player.finish()
    return 0


def silent_movie(player: Player) -> int:
    player.launch()
    player.open()
    player.write()
    player.finish()
    return 0


def hang_at_launch(player: Player) -> int:
    _leave_pid(os.getpid())
    return hang()


def hang_at_open(player: Player) -> int:
    _leave_pid(os.getpid())
    player.launch()
    return hang()


def hang_at_first_frame(player: Player) -> int:
    _leave_pid(os.getpid())
    player.launch()
    player.open()
    return hang()


def hang_between_frames(player: Player) -> int:
    _leave_pid(os.getpid())
    player.launch()
    player.open()
    player.frames(2, pause=0.02)
    return hang()


def hang_at_finish(player: Player) -> int:
    _leave_pid(os.getpid())
    player.launch()
    player.open()
    player.frames()
    return hang()


def hang_at_exit(player: Player) -> int:
    _leave_pid(os.getpid())
    player.all()
    return hang()


def crawl(player: Player) -> int:
    _leave_pid(os.getpid())
    player.launch()
    player.open()
    player.frames(pause=1)
    return 0


def endless(player: Player) -> int:
    player.launch()
    player.open()
    while True:
        player.frames(1, pause=0.01)


def orphan(player: Player) -> int:
    """A grandchild that keeps our pipes open and outlives us."""
    _grandchild()
    player.all()
    return 0


def busy_with_grandchild(player: Player) -> int:
    _grandchild()
    player.launch()
    return hang()


def busy_with_runaway(player: Player) -> int:
    _grandchild(start_new_session=True)
    player.launch()
    return hang()


def two_streams(player: Player) -> int:
    """Both streams at once, each line in two writes."""
    noise = (
        "import sys\nfor i in range(200):\n"
        "    for part in ('noise from ', 'the other stream\\n'):\n"
        "        sys.stderr.write(part); sys.stderr.flush()"
    )
    errors = subprocess.Popen([sys.executable, "-c", noise])
    player.launch()
    player.open()
    for index in range(player.count):
        for part in (f"PROGRESS:  0:00:00:{index:02d} ", f"({index + 1}): 0 Seconds\n"):
            os.write(1, part.encode())
            time.sleep(0.001)
    errors.wait()
    player.finish()
    return 0


def bad_bytes(player: Player) -> int:
    os.write(1, b"Using font: \xff\xfe B\x84r \x1b[31m\xe2\x80\xa8 PROGRESS:  0:00:00:40 (41)\n")
    player.all()
    return 0


def hang() -> int:
    time.sleep(FOREVER)
    return 0


def say(text: str) -> None:
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.flush()


def _grandchild(*, start_new_session: bool = False) -> None:
    sleeper = subprocess.Popen(
        [sys.executable, "-c", f"import time; time.sleep({FOREVER})"],
        start_new_session=start_new_session,
    )
    _leave_pid(sleeper.pid)


def _leave_pid(pid: int) -> None:
    if os.environ.get("FAKE_PID"):
        Path(os.environ["FAKE_PID"]).write_text(str(pid))


def _after(arguments: list[str], flag: str) -> str:
    return arguments[arguments.index(flag) + 1]


if __name__ == "__main__":
    sys.exit(globals()[os.environ["FAKE_MODE"]](Player(sys.argv[1:])))
