"""Writing lines, and whatever else comes out of aerender's pipes."""

import os
import sys
import time

FOREVER = 600  # seconds; tests kill us long before


def say(text: str) -> None:
    raw(text.encode() + b"\n")


def raw(data: bytes) -> None:
    sys.stdout.flush()
    os.write(1, data)


def say_on_stderr(text: str) -> None:
    os.write(2, text.encode() + b"\n")


def hang() -> int:
    time.sleep(FOREVER)
    return 0
