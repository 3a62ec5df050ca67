"""One render, played scene by scene."""

import os
import shutil
import time
from pathlib import Path

from tests.support.fake_aerender.saying import say

HEADER = """PROGRESS: Adding specified comp to Render Queue
PROGRESS:  4/30/2019 1:59:13 AM: Starting composition “main”.


PROGRESS:  Render Settings: nx_full
PROGRESS:  Quality: Best
PROGRESS:  Resolution: Full
PROGRESS:  Size: 1920 x 1080
PROGRESS:  Proxy Use: Use No Proxies
PROGRESS:  Effects: Current Settings
PROGRESS:  Disk Cache: Read Only
PROGRESS:  Color Depth: Current Settings
PROGRESS:  Frame Blending: On for Checked Layers
PROGRESS:  Field Render: Off
PROGRESS:  Pulldown: Off
PROGRESS:  Motion Blur: On for Checked Layers
PROGRESS:  Solos: Current Settings
PROGRESS:  Time Span: Custom
PROGRESS:  Start: 0:00:00:00
PROGRESS:  End: 0:00:00:{last:02d}
PROGRESS:  Duration: 0:00:00:{count:02d} ({count})
PROGRESS:  Frame Rate: 25,00 (comp)
PROGRESS:  Guide Layers: All Off
PROGRESS:  Skip Existing Files: Off
PROGRESS:  {blank}
PROGRESS:  Output Module: video_h264_vbr_15mbps
PROGRESS:  Output To: C:\\work\\output.mp4
PROGRESS:  Output Audio: 48.000 kHz / 16 bit / Stereo (if comp has audio)
PROGRESS:  Final Size: 1920 x 1080
PROGRESS:  {blank}
"""


class Player:
    """Knows its command line, as far as a scene needs it."""

    def __init__(self, arguments: list[str]) -> None:
        self.arguments = arguments
        self.first, self.last = int(self.after("-s") or 0), int(self.after("-e") or 9)
        self.count = self.last - self.first + 1

    def after(self, flag: str) -> str:
        """The word after a flag, or an empty one."""
        words = self.arguments
        return words[words.index(flag) + 1] if flag in words else ""

    def announce(self) -> None:
        """What the launcher says before it waits for After Effects."""
        say("aerender version 26.0x67")
        say("PROGRESS: Launching After Effects...")

    def launch(self) -> None:
        self.announce()
        say('Using DXGI: Device: "NVIDIA Tesla M60" has dedicated video RAM (MB): 7592')

    def open(self) -> None:
        say(HEADER.format(last=self.count - 1, count=self.count, blank=""))

    def frames(self, count: int | None = None, pause: float = 0.0) -> None:
        for index in range(self.count if count is None else count):
            self.frame(index)
            time.sleep(pause)

    def frame(self, index: int) -> None:
        say(f"PROGRESS:  0:00:00:{index:02d} ({index + 1}): 0 Seconds")

    def write(self) -> None:
        if os.environ.get("FAKE_MOVIE"):
            shutil.copyfile(os.environ["FAKE_MOVIE"], self.after("-output"))

    def finish(self) -> None:
        say('PROGRESS:  4/30/2019 1:59:15 AM: Finished composition "main".')
        say("PROGRESS:  Total Time Elapsed: 2 Seconds")

    def draw(self) -> None:
        """Everything between the launch and the end."""
        self.open()
        self.frames()
        self.write()
        self.finish()

    def all(self) -> None:
        self.launch()
        self.draw()

    def leave_pid(self, pid: int) -> None:
        if os.environ.get("FAKE_PID"):
            Path(os.environ["FAKE_PID"]).write_text(str(pid))
