"""Run a command and print the time it took: `python -m tests.support.measured COMMAND...`.

Prints the CPU seconds of the command and all its descendants, the wall-clock seconds, and the load
average. A loop of ten million iterations measures the machine's speed. A tenth of it is timed again
and again while the command runs, because the speed of a shared machine changes within seconds.
"""

import ctypes
import os
import resource
import signal
import statistics
import subprocess
import sys
import threading
import time

REFERENCE = 0.5
"""CPU seconds of the loop on the reference machine."""

PAUSE = 10
"""Seconds between two timings of the loop, which takes 0.05 s of CPU."""

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def main() -> int:
    """Run the command in `sys.argv`, print its time, and return its exit code.

    The code is 128 + N if signal N ended the command, 127 if it cannot be started. Ctrl-C and
    SIGTERM end the command; this process waits for its end.
    """
    if sys.platform == "linux":
        # Orphans become our children, so that their CPU time is counted too.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.monotonic()
    signal.signal(signal.SIGINT, lambda *_: None)  # a terminal sends it to the command, too
    try:
        process = subprocess.Popen(sys.argv[1:])
    except OSError as error:
        print(f"cannot start {sys.argv[1]}: {error.strerror}", file=sys.stderr)
        return 127
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    loops = _Loops()
    code = _wait(process)
    loop = loops.stop()
    wall = time.monotonic() - began
    _reap()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    print(
        f"CPU {cpu:.0f} s, wall {wall:.0f} s, load average {load}\n"
        f"The loop took {loop:.2f} s of CPU on average: on the reference machine ({REFERENCE} s) "
        f"this run would take about {cpu * REFERENCE / loop:.0f} CPU s."
    )
    return code if code >= 0 else 128 - code


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Wait for the command's end, and reap orphans at once: a test may wait for their end."""
    while True:
        pid, status = os.wait()
        if pid == process.pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


class _Loops(threading.Thread):
    """A thread that times a tenth of the loop every `PAUSE` seconds."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._ended = threading.Event()
        self._seconds: list[float] = []
        self.start()

    def run(self) -> None:
        """Time the loop until the command has ended."""
        while True:
            began = time.thread_time()
            # Run as module code, with a global variable: a local variable would be twice as fast.
            exec("for i in range(1_000_000): pass", {})
            self._seconds.append(10 * (time.thread_time() - began))
            if self._ended.wait(PAUSE):
                return

    def stop(self) -> float:
        """End the thread, and return the mean CPU seconds of the whole loop."""
        self._ended.set()
        self.join()
        return statistics.fmean(self._seconds)


if __name__ == "__main__":
    sys.exit(main())
