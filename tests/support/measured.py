"""Run a command and print what it cost: `python -m tests.support.measured COMMAND...`.

Prints CPU seconds of the command and of everything it started, wall seconds, the load average, and
the CPU seconds of ten million loop turns, which tell how fast this machine is right now.
"""

import ctypes
import os
import resource
import subprocess
import sys
import time

REFERENCE = 0.5
"""CPU seconds that the reference machine takes for the loop."""

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def main() -> int:
    """Return the command's exit code."""
    if sys.platform == "linux":
        # Orphans become our children, so that their CPU time is counted too.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.monotonic()
    try:
        code = subprocess.call(sys.argv[1:])
    except KeyboardInterrupt:
        return 130
    wall = time.monotonic() - began
    _reap()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    loop = _loop()
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    print(
        f"CPU {cpu:.0f} s, wall {wall:.0f} s, load average {load}\n"
        f"The loop took {loop:.2f} s of CPU: on the reference machine ({REFERENCE} s) "
        f"this run would take about {cpu * REFERENCE / loop:.0f} CPU s."
    )
    return code


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _loop() -> float:
    began = time.process_time()
    # As a module's code: a function's local variables would be twice as fast.
    exec("for i in range(10_000_000): pass", {})
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
