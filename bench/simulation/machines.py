"""A simulated capacity provider, which starts machines for waiting tasks and stops idle ones."""

from collections import deque
from collections.abc import Generator
from random import Random
from typing import Any, cast

import simpy

from bench.simulation.scenario import Result, Scenario
from intarsia.domain.costs import machine_cost

TYPE = "g5.2xlarge"
MONTH = 730 * 3600  # seconds
DISK_MONTH = 200 * 0.08
"""US dollars per month for 200 GiB of gp3, at the list price."""

Process = Generator[simpy.Event, Any, Any]


class Lost(Exception):  # noqa: N818 - an event of the simulated world
    """Loss of a machine with its unfinished render; the argument is the start of drawing."""


class Machines:
    """A group of machines, on demand or Spot."""

    def __init__(
        self, env: simpy.Environment, scenario: Scenario, result: Result, random: Random, *,
        spot: bool,
    ) -> None:  # fmt: skip
        self._env, self._scenario, self._result, self._random = env, scenario, result, random
        self._spot = spot
        self._tasks: deque[simpy.Event] = deque()
        self._idle: list[simpy.Event] = []
        self._warm = 0 if spot else scenario.warm
        self.count = self._booting = 0
        self.most = 0
        """Highest number of machines at the same time."""
        self._closed = False
        env.process(self._scale())

    @property
    def waiting(self) -> int:
        """Number of tasks that wait for a machine, in the status PROVISIONING."""
        return len(self._tasks)

    def draw(self, seconds: float) -> Process:
        """Wait for a machine and draw for `seconds`; return the time at which drawing began.

        Raises Lost if the machine is interrupted before the end.
        """
        task = self._env.event()
        if self._idle:
            self._idle.pop().succeed(task)
        else:
            self._tasks.append(task)
        dies, done = yield task
        began = self._env.now
        left = dies - began
        yield self._env.timeout(min(seconds, left))
        if seconds > left:
            self._result.lost += left
            done.succeed(False)
            raise Lost(began)
        self._result.drawn += seconds
        done.succeed(True)
        return began

    def close(self) -> None:
        """End the scaling when no machine is left, because no more tasks will come."""
        self._closed = True

    def _scale(self) -> Process:
        while not (self._closed and self.count == 0):
            yield self._env.timeout(60)
            wanted = len(self._tasks) - self._booting
            room = self._scenario.machines - self.count
            for _ in range(max(0, min(wanted, room))):
                self._env.process(self._machine())

    def _machine(self) -> Process:
        self.count += 1
        self._booting += 1
        self.most = max(self.most, self.count)
        born = self._env.now
        warm = self._warm > 0
        if warm:
            self._warm -= 1
            self._env.process(self._warm_up())
        booting = self._scenario.warm_boot if warm else self._scenario.cold_boot
        hour_of_loss = self._random.expovariate(self._scenario.hazard) if self._spot else 1e9
        yield self._env.timeout(self._random.uniform(*booting))
        self._booting -= 1
        self._result.boot += self._env.now - born
        dies = max(self._env.now, born + 3600 * hour_of_loss)
        while self._env.now < dies:
            task: simpy.Event
            if self._tasks:
                task = self._tasks.popleft()
            else:
                offer, since = self._env.event(), self._env.now
                self._idle.append(offer)
                yield offer | self._env.timeout(min(self._scenario.idle, dies - since))
                self._result.idle += self._env.now - since
                if not offer.triggered:
                    self._idle.remove(offer)
                    break
                task = cast(simpy.Event, offer.value)
            done = self._env.event()
            task.succeed((dies, done))
            if not (yield done):
                break
        self.count -= 1
        self._result.pay("machines", machine_cost(self._env.now - born, TYPE, spot=self._spot))

    def _warm_up(self) -> Process:
        """Boot and stop another machine, in place of the one that was taken from the pool."""
        seconds = self._random.uniform(*self._scenario.cold_boot)
        yield self._env.timeout(seconds)
        self._result.boot += seconds
        self._result.pay("machines", machine_cost(seconds, TYPE, spot=self._spot))
        self._warm += 1


def disks(warm: int, seconds: float) -> float:
    """Return the US dollars for the disks of `warm` stopped machines for `seconds`."""
    return warm * DISK_MONTH * seconds / MONTH
