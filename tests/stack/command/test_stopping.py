"""`intarsia up`, stopped or killed at seeded moments: it ends completely, and starts again."""

import contextlib
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import sysconfig
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest

import intarsia
from intarsia.cli.exits import Exit
from intarsia.local.claim import holder_of

PACKAGE = str(Path(intarsia.__file__).parent)
INTARSIA = str(Path(sysconfig.get_path("scripts")) / "intarsia")
MOMENTS = ("", "on this machine", "emulator", "synthesis", "deployment", "fleet", "Ctrl-C stops")
"""Texts that `up` prints, in order; the empty one is reached while it is still imported."""
READY = MOMENTS[-1]
HANGS = 600.0
"""Seconds, a bound on hanging: a stop takes one or two."""
KINDS = {
    "SIGINT": [signal.SIGINT],
    "twice SIGINT": [signal.SIGINT, signal.SIGINT],
    "SIGTERM": [signal.SIGTERM],
    "SIGKILL": [signal.SIGKILL],
}


@dataclass(frozen=True)
class Plan:
    """When and how one start is ended."""

    kind: str
    moment: str
    later: float
    """Seconds after the moment."""
    apart: float = 0.0
    """Seconds between two signals."""


@dataclass
class Up:
    """One run of `intarsia up`."""

    folder: Path
    said: str = ""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            [INTARSIA, "up", "--port", "0", *self._configuration()],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _configuration(self) -> list[str]:
        file = self.folder / "configuration.json"
        return ["--configuration", str(file)] if file.exists() else []

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self.changed:
                self.said += line
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def reach(self, moment: str) -> None:
        """Wait until it has said this."""
        with self.changed:
            ended = self.changed.wait_for(
                lambda: moment in self.said or not self.reader.is_alive(), HANGS
            )
        assert ended, f"{moment!r} was not reached: {self.said}"
        assert moment in self.said, self.said

    def end(self, plan: Plan) -> float:
        """Signal it and return the seconds until it has ended."""
        first, *others = KINDS[plan.kind]
        began = time.monotonic()
        self.process.send_signal(first)
        for number in others:
            time.sleep(plan.apart)
            self.process.send_signal(number)
        code = self.process.wait(HANGS)
        took = time.monotonic() - began
        self.reader.join(HANGS)
        if plan.moment == "" and code in {1, -signal.SIGINT} and PACKAGE not in self.said:
            return took  # the interpreter was starting, and has a traceback of its own for that
        assert "Traceback" not in self.said, self.said
        if "on this machine" in self.said and plan.kind != "SIGKILL":
            assert code == 0, (plan, code, self.said)
            assert "stopped; unfinished jobs continue" in self.said
        else:  # nothing had begun: the system ended it, or the command line did
            codes = {Exit.OK, Exit.INTERRUPTED, *(-number for number in KINDS[plan.kind])}
            assert code in codes, (plan, code, self.said)
            assert self.said == "" or plan.kind == "SIGKILL"
        return took


class Rounds:
    """Starts and stops in one folder, each start after the stop of the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / ".intarsia"
        self.log = self.state / "logs" / "stack.log"
        self.kept: list[str] = []
        """Templates that were created before a clean stop."""

    def play(self, plan: Plan) -> tuple[float, str]:
        """One start and its end; seconds that the end took, and what they were spent on."""
        known = self._log_size()
        up = Up(self.folder)
        up.reach(plan.moment)
        created = self._use() if plan.moment == READY else []
        time.sleep(plan.later)
        took = up.end(plan)
        if plan.kind == "SIGKILL":
            # At once, while the killed one's emulator may still save its state.
            known = self._log_size()
            again = Up(self.folder)
            again.reach(READY)
            created = self._use()
            again.end(Plan("SIGTERM", READY, 0.0))
            took, spent = self._handed_over(known)
        else:
            spent = self._spent(known)
        self.kept += created
        assert self._left_behind() == []
        self._read_state()
        return took, spent

    def _use(self) -> list[str]:
        """All that was kept is there; what is created now."""
        holder = holder_of(self.state)
        assert holder is not None
        with httpx.Client(
            base_url=f"{holder.url}/api/v2/",
            headers={"Authorization": f"Bearer {(self.state / 'key').read_text()}"},
            trust_env=False,
            timeout=HANGS,
        ) as api:
            known = {template["id"] for template in api.get("templates").json()}
            assert set(self.kept) <= known
            answer = api.post("templates", json={"type": "aep", "displayName": "kept"})
            assert answer.status_code == 201, answer.text
            return [answer.json()["id"]]

    def _left_behind(self) -> list[str]:
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            line = " ".join(process.info["cmdline"] or [])
            if str(self.folder) in line and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(line)
        return found

    def _read_state(self) -> None:
        """Every file of the state is whole, and no draft of one is left."""
        if not self.state.exists():
            return
        for file in (self.state / "ports.json", *self.state.glob("emulator/services/*.json")):
            if file.exists():
                json.loads(file.read_text())
        key = self.state / "key"
        assert not key.exists() or key.read_text().startswith("itk_")

    def _log_size(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def _logged(self, since: int) -> str:
        return self.log.read_bytes()[since:].decode() if self.log.exists() else ""

    def _spent(self, since: int) -> str:
        parts = re.findall(r"stopped: (\w+) in ([\d.]+) s", self._logged(since))
        return ", ".join(f"{name} {seconds}" for name, seconds in parts) or "nothing ran yet"

    def _handed_over(self, since: int) -> tuple[float, str]:
        waited = re.search(r"waited ([\d.]+) s for the processes", self._logged(since))
        seconds = float(waited[1]) if waited else 0.0
        return seconds, "the killed one's emulator" if waited else "it had ended"


def test_a_start_that_is_stopped_or_killed_at_a_bad_moment_does_no_harm(tmp_path: Path) -> None:
    rounds = Rounds(tmp_path)
    rounds.play(Plan("SIGTERM", "", 0.0))
    rounds.play(Plan("twice SIGINT", "on this machine", 0.3, 0.1))
    # In the middle of the first deployment: what it had made is no hindrance.
    rounds.play(Plan("SIGKILL", "synthesis", 0.3))
    rounds.play(Plan("twice SIGINT", READY, 0.0, 0.1))


SIZE, BATCH = 200, 25


def _plans(seed: int) -> Iterator[Plan]:
    draw = random.Random(seed)
    kinds = [*KINDS] * (SIZE // len(KINDS))
    draw.shuffle(kinds)
    for kind in kinds:
        moment = draw.choice(MOMENTS)
        yield Plan(kind, moment, draw.uniform(0.0, 1.5), draw.uniform(0.0, 1.0))


BUSY = "import os, sys\nwhile os.getppid() == int(sys.argv[1]):\n    sum(range(100_000))"


@contextlib.contextmanager
def _busy(loops: int) -> Iterator[None]:
    running = [
        subprocess.Popen([sys.executable, "-S", "-c", BUSY, str(os.getpid())]) for _ in range(loops)
    ]
    try:
        yield
    finally:
        for each in running:
            each.kill()
            each.wait()


@pytest.mark.long
@pytest.mark.timeout(6 * 3600)  # seconds; it takes an hour on a machine that has nothing else to do
def test_two_hundred_starts_and_stops_beside_two_busy_loops(tmp_path: Path) -> None:
    seed = int(os.environ.get("INTARSIA_SEED") or random.randrange(2**32))
    print(f"seed {seed}: INTARSIA_SEED={seed} repeats it")
    results: list[tuple[float, str, Plan]] = []
    with _busy(2):
        for number, plan in enumerate(_plans(seed)):
            folder = tmp_path / f"batch-{number // BATCH}"
            if number % BATCH == 0:
                folder.mkdir()
                if number == 0:  # the other batches find their synthesis done
                    settings = {"tags": {"seed": str(seed)}}
                    (folder / "configuration.json").write_text(json.dumps(settings))
                rounds = Rounds(folder)
            took, spent = rounds.play(plan)
            results.append((took, spent, plan))
            print(f"{number:3} {took:6.2f} s  {plan}  {spent}", flush=True)
    _report(results)
    assert len(results) == SIZE


def _report(results: Sequence[tuple[float, str, Plan]]) -> None:
    by_kind: dict[str, list[float]] = defaultdict(list)
    for took, _, plan in results:
        by_kind[plan.kind].append(took)
    for kind, seconds in by_kind.items():
        middle = statistics.median(seconds)
        print(f"{kind:<13} {len(seconds)} times, median {middle:.2f} s, max {max(seconds):.2f} s")
    took, spent, plan = max(results, key=lambda result: result[0])
    print(f"slowest: {took:.2f} s of {plan}: {spent}; the rest is the end of the process itself")
