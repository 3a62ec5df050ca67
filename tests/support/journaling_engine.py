"""An aerender that keeps a journal: `journaling_engine.py <its folder> <aerender's arguments>`.

The composition's name says how many milliseconds a frame takes. Whoever draws, and the child that
it leaves behind in a session of its own, holds a lock: a second one that is alive at the same time
gives itself away. It imports nothing that takes long, as pathlib does.
"""

# ruff: noqa: PTH120, PTH123, PTH208
import fcntl
import os
import sys
import time


def main(journal, arguments):
    option = dict(zip(arguments[::2], arguments[1::2], strict=False))
    output, seconds = option["-output"], int(option["-comp"]) / 1000
    book = os.open(f"{journal}/book", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(what):
        os.write(book, f"{what}\t{time.monotonic_ns()}\t{os.getpid()}\t{output}\n".encode())

    lock = os.open(f"{journal}/engine.lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        note("second engine")
        return 1
    note("start")
    if os.listdir(os.path.dirname(output)):
        note("leftover output")
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
        os._exit(0)
    print("aerender version 26.0x67\nPROGRESS:  4/30/2019 1:59:13 AM: Starting composition 1.")
    with open(output, "x", buffering=1) as movie:
        for number in range(int(option["-s"]), int(option["-e"]) + 1):
            time.sleep(seconds)
            movie.write(f"{os.getpid()} {number}\n")
            print(f"PROGRESS:  0:00:00:{number:02d} ({number + 1}): 0 Seconds", flush=True)
    print("PROGRESS:  5/7/2018 6:22:38 PM: Finished composition 1.", flush=True)
    note("end")
    return 0


sys.exit(main(sys.argv[1], sys.argv[2:]))
