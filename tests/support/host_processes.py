"""Agents and clients as processes that can be killed: forked, so that each begins at once.

Takes a command as a line of JSON on its input and answers with one; `host_processes.py <spool>
<journal's folder> <outcomes' folder>`. It alone kills and reaps, so no process id is used again
while somebody means the one that had it. When its input ends, all of them are killed.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from threading import Event

from intarsia.domain.settings import Codec, Engine
from intarsia.names import ENV_AERENDER
from render_container.engines.arguments import Render
from render_container.engines.errors import EngineError
from render_container.engines.process import Listener
from render_container.host.agent import Agent
from render_container.host.client import host_request, render_on_host, work_folder
from render_container.host.timing import Timing

TIMING = Timing(look=0.01, beat=0.03, client_stale=1.5, agent_stale=15)
SPOOL, JOURNAL, OUTCOMES = map(Path, sys.argv[1:])
ENGINE = Path(__file__).with_name("journaling_engine.py")


def agent(command):
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    engine = f"'{sys.executable}' -I -S '{ENGINE}' '{JOURNAL}'"
    Agent(SPOOL, {**os.environ, ENV_AERENDER: engine}, timing=TIMING).serve(stop)


def client(command):
    lines = []
    ended = {"began": time.monotonic_ns(), "asked": list(range(1, command["frames"] + 1))}
    with work_folder(SPOOL, command["id"], timing=TIMING) as work:
        (work / "project.aep").write_bytes(b"RIFX")
        render = Render(
            project=work / "project.aep",
            composition=str(command["milliseconds"]),
            output=work / "output" / "output.mov",
            module=Codec.PRORES_422,
            quality="full",
            first=0,
            last=command["frames"] - 1,
        )
        request = host_request(
            work, render, engine=Engine.AE2026, expected_frames=command["frames"]
        )
        listener = Listener(
            line=lines.append,
            progress=lambda _: None,
            cancelled=lambda: len(lines) >= command["cancel_after"] >= 0,
        )
        try:
            outcome = render_on_host(SPOOL, request, listener, timing=TIMING)
        except EngineError as error:
            ended |= {"end": error.kind, "reason": str(error)}
        else:
            movie = render.output.read_text() if outcome.exit_code == 0 else ""
            ended |= {
                "end": "cancelled" if outcome.cancelled else "ran",
                "exit_code": outcome.exit_code,
                "frames": sorted(outcome.log.frames),
                "movie": movie.splitlines(),
            }
        ended["ended"] = time.monotonic_ns()
    # A kill leaves no half of an outcome, and a second outcome of a request is an error.
    draft = OUTCOMES / f"{command['id']}.{os.getpid()}"
    draft.write_text(json.dumps(ended))
    os.link(draft, OUTCOMES / f"{command['id']}.json")


children: set[int] = set()


def fork(command):
    pid = os.fork()
    if pid:
        children.add(pid)
        return pid
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        {"agent": agent, "client": client}[command["do"]](command)
        code = 0
    except BaseException:  # noqa: BLE001 - a child must not go on as its parent
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def end(pid, how):
    if pid in children:
        os.kill(pid, how)
        os.waitpid(pid, 0)
        children.remove(pid)
    return pid


def ended(_):
    """Those that have ended by themselves, with their exit codes."""
    found = {}
    for pid in list(children):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            children.remove(pid)
            found[pid] = os.waitstatus_to_exitcode(status)
    return found


ANSWERS = {
    "agent": fork,
    "client": fork,
    "kill": lambda command: end(command["pid"], signal.SIGKILL),
    "stop": lambda command: end(command["pid"], signal.SIGTERM),
    "ended": ended,
}
try:
    for line in sys.stdin:
        command = json.loads(line)
        print(json.dumps(ANSWERS[command["do"]](command)), flush=True)
finally:
    for pid in list(children):
        end(pid, signal.SIGKILL)
