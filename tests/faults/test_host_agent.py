"""Workers and the agent on their machine, killed at random while renders run."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest

from tests.support import campaign
from tests.support.paths import HOST_PROCESSES

SEEDS = (1604, 2711, 3359, 4093)[: campaign.size(2, 4)]
KILLS = campaign.size(12, 50)
"""For each seed."""


class Machine:
    """A spool, an agent that is started again whenever it dies, and clients."""

    def __init__(self, folder):
        self.folder = folder
        self.spool = folder / "spool"
        self.clients = {}  # pid → id
        self.killed = set()  # ids
        self.agent_deaths = []
        self.exit_codes = {}  # id → code
        for name in ("spool", "journal", "outcomes"):
            (folder / name).mkdir()
        self._processes = subprocess.Popen(
            [
                *(sys.executable, str(HOST_PROCESSES)),
                *(str(folder / name) for name in ("spool", "journal", "outcomes")),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self.agent = self.ask("agent")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._processes.stdin.close()
        self._processes.wait(30)
        self._processes.stdout.close()

    def ask(self, what, **details):
        self._processes.stdin.write(json.dumps({"do": what, **details}) + "\n")
        self._processes.stdin.flush()
        return json.loads(self._processes.stdout.readline())

    def start_client(self, chance):
        name = f"c{len(self.clients) + len(self.exit_codes) + len(self.killed)}"
        pid = self.ask(
            "client",
            id=name,
            frames=chance.randint(2, 6),
            milliseconds=chance.randint(5, 25),
            cancel_after=chance.choice([-1, -1, -1, -1, 0, 2]),
        )
        self.clients[pid] = name

    def kill_client(self, pid):
        self.ask("kill", pid=pid)
        self.killed.add(self.clients.pop(pid))

    def kill_agent(self):
        self.agent_deaths.append(time.monotonic_ns())
        self.ask("kill", pid=self.agent)

    def reap(self):
        for pid, code in self.ask("ended").items():
            assert int(pid) != self.agent, "the agent ended by itself"
            self.exit_codes[self.clients.pop(int(pid))] = code
        return self.clients

    def outcomes(self):
        return {
            path.stem: json.loads(path.read_text()) for path in self.folder.glob("outcomes/*.json")
        }

    def journal(self):
        """Entries of the engines: what, when, who, and whose output."""
        book = self.folder / "journal" / "book"
        entries = [line.split("\t") for line in book.read_text().splitlines()]
        return [
            (what, int(when), int(pid), Path(output).parts[-4])
            for what, when, pid, output in entries
        ]

    def engines(self):
        """Engines, their guards and their children that are alive."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("INTARSIA_HOST_AGENT") == str(self.spool.resolve()):
                    found.append(process)
            except (psutil.Error, OSError):
                continue
        return found

    def spooled(self):
        return {
            os.path.relpath(os.path.join(folder, name), self.spool)  # noqa: PTH118
            for folder, *names in os.walk(self.spool)  # which minds no folder that goes meanwhile
            for name in [*names[0], *names[1]]
        }


def kill_at_random(machine, chance, kills):
    for _ in range(kills):
        while len(machine.reap()) < 3:
            machine.start_client(chance)
        time.sleep(chance.uniform(0.02, 0.25))  # a kill comes at any moment, not at a condition
        if chance.random() < 0.5:
            machine.kill_agent()
            time.sleep(chance.choice([0, 0, chance.uniform(0, 0.1)]))
            machine.agent = machine.ask("agent")
        elif alive := list(machine.reap()):
            machine.kill_client(chance.choice(alive))
        else:
            machine.kill_agent()
            machine.agent = machine.ask("agent")


@pytest.mark.skipif(sys.platform == "win32", reason="forks, and kills by signals")
@pytest.mark.parametrize("seed", SEEDS)
def test_of_requests_whose_agent_or_client_is_killed_each_ends_once(seed, tmp_path, wait_for):
    with Machine(tmp_path) as machine:
        kill_at_random(machine, random.Random(seed), KILLS)
        wait_for(lambda: not machine.reap(), 60)
        clean = {"agent.lock", "agent.beat", "clients"}
        wait_for(lambda: machine.spooled() == clean, 20)
        machine.ask("stop", pid=machine.agent)
        assert machine.engines() == []
        assert machine.spooled() == clean

        outcomes, journal = machine.outcomes(), machine.journal()
        print(f"seed {seed}:", Counter(outcome["end"] for outcome in outcomes.values()))
        # A second end would have failed: the file of an outcome is created, never replaced.
        assert set(machine.exit_codes.values()) == {0}
        assert machine.exit_codes.keys() <= outcomes.keys()
        assert outcomes.keys() <= machine.exit_codes.keys() | machine.killed
        assert {what for what, *_ in journal} <= {"start", "end"}, "two at a time, or old files"
        starts = Counter(name for what, _, _, name in journal if what == "start")
        assert max(starts.values()) <= 3
        for what, when, _, name in journal:
            if what == "start" and name in outcomes:
                assert when < outcomes[name]["ended"], "begun after its end"
        for name, outcome in outcomes.items():
            check(name, outcome, machine)


def check(name, outcome, machine):
    """Rendered whole by one engine, or cancelled, or given up for a reason."""
    deaths = [when for when in machine.agent_deaths if outcome["began"] < when < outcome["ended"]]
    if outcome["end"] == "ran":
        assert outcome["exit_code"] == 0, outcome
        pids = {line.split()[0] for line in outcome["movie"]}
        assert len(pids) == 1
        assert outcome["frames"] == outcome["asked"]
        assert len(outcome["movie"]) == len(outcome["asked"])
    elif outcome["end"] != "cancelled":
        assert (outcome["end"], len(deaths) >= 3) == ("transient", True), outcome
        assert outcome["reason"].startswith("The agent on the machine died in each of the 3 runs")
