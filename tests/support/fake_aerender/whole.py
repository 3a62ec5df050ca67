"""Renders that are well, however odd their output looks."""

import subprocess
import sys
import time
from pathlib import Path

from tests.support.fake_aerender.errors import fails
from tests.support.fake_aerender.player import Player
from tests.support.fake_aerender.saying import raw, say, say_on_stderr

_FLAGS = {"-project", "-comp", "-output", "-OMtemplate", "-RStemplate", "-s", "-e", "-sound", "-v"}


def success(player: Player) -> int:
    player.all()
    return 0


def obedient(player: Player) -> int:
    """Looks at its command line as aerender does."""
    flags = [word for word in player.arguments if word.startswith("-") and not word[1:].isdigit()]
    for flag in flags:
        if flag not in {*_FLAGS, "-close"}:
            return fails(player, "illegal_flag")
    player.launch()
    if not Path(player.after("-project")).is_file():
        return fails(player, "missing_project")
    if player.after("-comp") != "main":
        return fails(player, "unknown_comp")
    if not player.after("-OMtemplate").startswith("video_"):
        return fails(player, "unknown_module")
    player.draw()
    return 0


def benign(player: Player) -> int:
    """Lines with ERROR in them that mean nothing."""
    say("Loading footage: error_analysis_final.mov")
    say("Loading footage: After Effects error: could not read from source ( 1 :: 2 ).mov")
    say("*** GPU Warning: GPU3 failed (previous) sanity test ***")
    say('LoadLibrary "n" failed!')
    say(
        "2020-09-21 06:27:18:851 : ERROR *** IVCAutoReleasePool: Object 0000000022FD8270 of class "
        "vcfoundation::data::DataWrapper autoreleased with no pool in place - just leaking"
    )
    say("Unable to load font: Helvetica")
    player.all()
    say("Render finished with 0 errors.")
    return 0


def without_gpu(player: Player) -> int:
    player.announce()
    say('Using DXGI: Device: "Microsoft Basic Render Driver" has dedicated video RAM (MB): 0')
    say("Skipping DX support: Microsoft Basic Render Driver")
    player.draw()
    return 0


def silent_movie(player: Player) -> int:
    """No line for any frame."""
    player.launch()
    player.open()
    player.write()
    player.finish()
    return 0


def missing_fonts(player: Player) -> int:
    say("WARNING:After Effects warning: Project has missing fonts.")
    say(
        "WARNING:After Effects warning: Grouped_Message_{some layers have missing dependencies. "
        "Press Ctrl-C to copy this list.|||a layer has missing dependencies.###@0 dependencies "
        "are missing:}Text Layer: Font family: Bebas, Font style: Regular"
    )
    player.all()
    return 0


def blank_frames(player: Player) -> int:
    say(
        "WARNING:After Effects warning: timeSpanStart of -0,87 seconds will cause render to have "
        "frames outside of range defined by comp displayStartTime (0,87) and end of comp duration "
        "(26,63). Render will succeed, but may have blank frames."
    )
    player.all()
    return 0


def german(player: Player) -> int:
    player.launch()
    say('PROGRESS:  30.04.2019 01:59:13: Komposition "main" wird gestartet.')
    say("PROGRESS:  Anfang: 0:00:02:00")
    say("PROGRESS:  Ende: 0:00:02:09")
    say("PROGRESS:  Dauer: 0:00:00:10")
    say("PROGRESS:  Framerate: 25,00 (Komp.)")
    for index in range(player.count):
        say(f"PROGRESS:  0:00:02:{index:02d} ({index + 1}): 2 Sekunden")
    player.write()
    say('PROGRESS:  30.04.2019 02:01:13: Komposition "main" wurde abgeschlossen.')
    return 0


def spanish(player: Player) -> int:
    player.launch()
    say("PROGRESS:  30/04/2019 1:59:13: Iniciando composición “main”.")
    say("PROGRESS:  Inicio: 0:00:00:00")
    say("PROGRESS:  Fin: 0:00:00:09")
    say("PROGRESS:  Duración: 0:00:00:10")
    say("PROGRESS:  Velocidad de fotogramas: 25,00 (comp.)")
    say("PROGRESS:  Formato: QuickTime")
    for index in range(player.count):
        say(f"PROGRESS:  0:00:00:{index:02d} ({index + 1}): 0 segundos")
    player.write()
    say("PROGRESS:  30/04/2019 1:59:15: Composición “main” terminada.")
    return 0


def drop_frame(player: Player) -> int:
    """Timecodes with semicolons, and every frame told twice."""
    player.launch()
    player.open()
    for index in range(player.count):
        for _ in range(2):
            say(f"PROGRESS:  1;34;40;{index:02d} ({index + 1}): 1 Seconds")
    player.write()
    player.finish()
    return 0


def interlaced(player: Player) -> int:
    player.launch()
    player.open()
    for index in range(player.count):
        for field in "UL":
            say(f"PROGRESS:  0:00:00:{index:02d} ({index + 1}{field}): 0 Seconds")
    player.write()
    player.finish()
    return 0


def many_at_once(player: Player) -> int:
    """Multi-frame rendering: frames in any order."""
    player.launch()
    player.open()
    for index in sorted(range(player.count), key=lambda index: (index * 7) % 5):
        player.frame(index)
    player.write()
    player.finish()
    return 0


def slow_frames(player: Player) -> int:
    player.launch()
    player.open()
    player.frames(pause=0.05)
    player.write()
    player.finish()
    return 0


def launcher_last(player: Player) -> int:
    """The launcher's own lines come after all others."""
    player.draw()
    player.launch()
    return 0


def two_streams(player: Player) -> int:
    """Both streams at once, each line in two writes."""
    noise = (
        "import sys\nfor i in range(200):\n"
        "    for part in ('noise from ', 'the other stream\\n'):\n"
        "        sys.stderr.write(part); sys.stderr.flush()"
    )
    noisy = subprocess.Popen([sys.executable, "-S", "-c", noise])
    player.launch()
    player.open()
    for index in range(player.count):
        for part in (f"PROGRESS:  0:00:00:{index:02d} ", f"({index + 1}): 0 Seconds\n"):
            raw(part.encode())
            time.sleep(0.001)
    noisy.wait()
    player.write()
    player.finish()
    return 0


def on_stderr(player: Player) -> int:
    """Some launchers write everything to the other stream."""
    player.launch()
    player.open()
    for index in range(player.count):
        say_on_stderr(f"PROGRESS:  0:00:00:{index:02d} ({index + 1}): 0 Seconds")
    player.write()
    player.finish()
    return 0


def bad_bytes(player: Player) -> int:
    raw(b"Using font: \xff\xfe B\x84r \x1b[31m\xe2\x80\xa8 PROGRESS:  0:00:00:40 (41)\n")
    player.all()
    return 0


def split_letters(player: Player) -> int:
    """A letter of several bytes comes in several pieces."""
    player.launch()
    for byte in "WARNING:After Effects warning: Größe 東京\n".encode():
        raw(bytes([byte]))
        time.sleep(0.001)
    player.draw()
    return 0


def old_code_page(player: Player) -> int:
    player.launch()
    raw("WARNING:After Effects warning: Größe\n".encode("cp850"))
    player.draw()
    return 0


def shift_jis(player: Player) -> int:
    player.launch()
    raw("WARNING:After Effects warning: ソース 東京\n".encode("shift_jis"))
    for index in range(player.count):
        raw(f"PROGRESS:  0:00:00:{index:02d} ({index + 1}): 0 秒\n".encode("shift_jis"))
    player.write()
    player.finish()
    return 0


def huge_line(player: Player) -> int:
    player.launch()
    raw(b"x" * 3_000_000 + b"\n")
    player.draw()
    return 0


def huge_numbers(player: Player) -> int:
    """Digits that no number type takes."""
    player.launch()
    nines = "9" * 5000
    say(f"PROGRESS:  0:00:00:00 ({nines}): 0 Seconds")
    say(f"PROGRESS:  Duration: {nines}:00:00:00")
    say(f"PROGRESS:  Frame Rate: {nines}.00 (comp)")
    player.draw()
    return 0
