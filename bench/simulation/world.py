"""Simulation of trees that arrive, are admitted, and are rendered as by the state machine."""

from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from random import Random

import simpy

from bench.simulation.bucket import Bucket
from bench.simulation.machines import Lost, Machines, Process, disks
from bench.simulation.retries import Retry, read_policy
from bench.simulation.scenario import Result, Scenario
from intarsia.domain.admission import FLEETS, Fleet, Waiting, admissible
from intarsia.domain.costs import fargate_cost
from intarsia.domain.jobs import MAX_ATTEMPTS
from intarsia.domain.prices import TRANSITION

TRANSITIONS_OF_JOB = 7
"""Transitions of a job: Load, Route, Render, Settle, Settled, Outcome, Ended."""
TRANSITIONS_OF_CHILDREN = 3
"""Further transitions of a parent: Children, Join, Joined. Each child adds one."""
TRANSITIONS_OF_TASK = 2
"""Transitions of a task: Part and the task itself. Each retry adds one."""


@dataclass(frozen=True)
class _Tree:
    waiting: Waiting
    fleet: Fleet
    arrived: float


class World:
    """A run of the simulation. `result` is complete when `run` returns."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.result, self.policy = scenario, Result(), read_policy()
        self.env = simpy.Environment()
        self.random = Random(scenario.seed)
        s = scenario.scale
        self.starts = Bucket(*(s * each for each in scenario.start_execution))
        self.tasks = Bucket(*(s * each for each in scenario.run_task))
        self.transitions = Bucket(*(s * each for each in scenario.transitions))
        self.on_demand = Machines(self.env, scenario, self.result, self.random, spot=False)
        self.spot = Machines(self.env, scenario, self.result, self.random, spot=True)
        self.lines: dict[Fleet, dict[str, list[tuple[int, str, _Tree]]]] = {f: {} for f in FLEETS}
        self.under_way: dict[Fleet, dict[str, int]] = {fleet: {} for fleet in FLEETS}
        self.most_under_way = dict.fromkeys(FLEETS, 0)
        self.fargate_starting = 0
        self.left = 0

    def run(self) -> Result:
        """Run until every job has ended and every machine is gone; return the result."""
        trees = list(self._arrivals())
        self.left = len(trees)
        self.env.process(self._submit(trees))
        self.env.run()
        self.result.pay("transitions", self.result.transitions * TRANSITION)
        hours = max(self.result.makespan, self.scenario.hours * 3600)
        self.result.pay("warm disks", disks(self.scenario.warm, hours))
        self.result.transitions_throttled = self.transitions.refused
        return self.result

    def _arrivals(self) -> Iterator[_Tree]:
        """Generate the trees. Half of them are single jobs, the others have up to six children.

        Team 0 submits half of the trees.
        """
        scenario, jobs = self.scenario, 0
        while jobs < scenario.jobs:
            units = min(self.random.choice((1, 1, 1, 2, 4, 7)), scenario.jobs - jobs)
            jobs += units
            busiest = self.random.random() < 0.5
            team = "0" if busiest else str(self.random.randrange(1, scenario.teams))
            fleet: Fleet = "gpu" if self.random.random() < scenario.gpu_share else "linux"
            at = self.random.uniform(0, scenario.hours * 3600)
            yield _Tree(Waiting(f"{at:012.3f}-{jobs:08}", team, units), fleet, at)

    def _submit(self, trees: Sequence[_Tree]) -> Process:
        for tree in sorted(trees, key=lambda each: each.waiting.root_id):
            yield self.env.timeout(tree.arrived - self.env.now)
            line = self.lines[tree.fleet].setdefault(tree.waiting.team_id, [])
            insort(line, (-tree.waiting.priority, tree.waiting.root_id, tree))
            self._admit(tree.fleet)

    def _admit(self, fleet: Fleet) -> None:
        """Admit trees from the queue of `fleet` by the product's own rule."""
        depth = self.scenario.gpu_depth if fleet == "gpu" else self.scenario.linux_depth
        way, lines = self.under_way[fleet], self.lines[fleet]
        if sum(way.values()) >= depth:
            return
        heads = [iter([tree.waiting for *_, tree in line]) for line in lines.values()]
        for chosen in list(admissible(heads, way, depth)):
            *_, tree = lines[chosen.team_id].pop(0)
            way[chosen.team_id] = way.get(chosen.team_id, 0) + chosen.units
            self.most_under_way[fleet] = max(self.most_under_way[fleet], sum(way.values()))
            self.env.process(self._tree(tree))

    def _tree(self, tree: _Tree) -> Process:
        begun: list[float] = []
        children = tree.waiting.units - 1
        good = True
        if children:
            slots = simpy.Resource(self.env, self.policy.children_at_once)
            ends = [self.env.process(self._child(tree, slots, begun)) for _ in range(children)]
            self._step(TRANSITIONS_OF_CHILDREN + children)
            yield self.env.all_of(ends)
            good = all(end.value for end in ends)
        if good:
            yield from self._job(tree.fleet, begun)
        else:
            self.result.failed += 1
        if begun:
            wait = min(begun) - tree.arrived
            self.result.waits.append(wait)
            if tree.waiting.team_id != "0":
                self.result.small_team_waits.append(wait)
        self.result.makespan = max(self.result.makespan, self.env.now)
        self.under_way[tree.fleet][tree.waiting.team_id] -= tree.waiting.units
        self._admit(tree.fleet)
        self.left -= 1
        if not self.left:
            self.on_demand.close()
            self.spot.close()

    def _child(self, tree: _Tree, slots: simpy.Resource, begun: list[float]) -> Process:
        with slots.request() as slot:
            yield slot
            return (yield from self._job(tree.fleet, begun))

    def _job(self, fleet: Fleet, begun: list[float]) -> Process:
        """Simulate an execution; return whether the job finished."""
        while not self.starts.take(self.env.now):
            yield self.env.timeout(self.random.uniform(0, 2))
        self._step(TRANSITIONS_OF_JOB)
        median = self.scenario.gpu_median if fleet == "gpu" else self.scenario.linux_median
        seconds = self.random.lognormvariate(log(median), self.scenario.spread)
        for attempt in range(1, MAX_ATTEMPTS + 1):
            if (yield from self._attempt(fleet, attempt, seconds, begun)):
                self.result.finished += 1
                return True
            self.result.attempts_lost += 1
            if attempt < MAX_ATTEMPTS:
                self._step(4)  # Settled, the pause, Render, Settle
                short = attempt + 1 <= 2
                yield self.env.timeout(self.policy.short_pause if short else self.policy.long_pause)
        self.result.failed += 1
        return False

    def _attempt(self, fleet: Fleet, attempt: int, seconds: float, begun: list[float]) -> Process:
        """Call RunTask until it is accepted, then run the task; return whether it succeeded."""
        retry: Retry = self.policy.gpu if fleet == "gpu" else self.policy.linux
        self._step(TRANSITIONS_OF_TASK)
        for number in range(retry.most + 1):
            if self._provisioning < self.scenario.provisioning * self.scenario.scale and (
                self.tasks.take(self.env.now)
            ):
                spot = attempt == 1 and number == 0
                run = self._on_machine if fleet == "gpu" else self._on_fargate
                try:
                    began = yield from run(seconds, spot=spot)
                except Lost as lost:
                    begun.append(lost.args[0])
                    return False
                begun.append(began)
                return True
            self.result.refused += 1
            if number < retry.most:
                self._step(1)
                yield self.env.timeout(retry.delay(number, self.random))
        return False

    @property
    def _provisioning(self) -> int:
        return self.on_demand.waiting + self.spot.waiting + self.fargate_starting

    def _on_machine(self, seconds: float, *, spot: bool) -> Process:
        machines = self.spot if spot and self.scenario.spot else self.on_demand
        return (yield from machines.draw(seconds))

    def _on_fargate(self, seconds: float, *, spot: bool) -> Process:
        """Run a task on Fargate, which is billed from the pull of the image on.

        Return the time at which drawing began. Raises Lost if the task is interrupted.
        """
        spare = spot and self.scenario.spot
        starting = self.random.uniform(*self.scenario.fargate_start)
        self.fargate_starting += 1
        yield self.env.timeout(starting)
        self.fargate_starting -= 1
        began = self.env.now
        left = 3600 * self.random.expovariate(self.scenario.hazard) if spare else seconds
        yield self.env.timeout(min(left, seconds))
        ran = starting + min(left, seconds)
        self.result.pay("Fargate", fargate_cost(ran, vcpus=1, gibibytes=4, spot=spare))
        if left < seconds:
            raise Lost(began)
        return began

    def _step(self, transitions: int) -> None:
        self.result.transitions += transitions
        self.transitions.take(self.env.now, transitions)


def simulate(scenario: Scenario) -> Result:
    """Run a scenario. The same scenario always gives the same result."""
    return World(scenario).run()
