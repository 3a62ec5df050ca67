"""Scenarios of the simulation, and their results."""

from dataclasses import dataclass, field
from statistics import quantiles


@dataclass(frozen=True)
class Scenario:
    """A load and an installation. Durations are in seconds, except `hours`."""

    name: str
    jobs: int
    hours: float
    """Period in which the jobs arrive, evenly distributed; 0: all at once."""
    machines: int
    """Maximum number of GPU machines, of each group."""
    gpu_depth: int = 400
    linux_depth: int = 400
    warm: int = 0
    spot: bool = False
    """True if all first attempts use Spot capacity, as with gpuSpotShare 100."""
    seed: int = 1
    scale: float = 1.0
    """Share of the account's limits that is available, such as to a slice of a larger load."""
    teams: int = 12
    gpu_share: float = 0.7
    gpu_median: float = 180
    linux_median: float = 60
    spread: float = 0.8
    """Sigma of the logarithm of a render's duration."""
    cold_boot: tuple[float, float] = (480, 720)
    warm_boot: tuple[float, float] = (60, 120)
    fargate_start: tuple[float, float] = (30, 60)
    idle: float = 900
    """Time without work after which a machine is terminated."""
    hazard: float = 0.05
    """Expected losses of a Spot machine or task per hour."""
    provisioning: int = 500
    """Maximum number of a cluster's tasks that wait for capacity at once."""
    run_task: tuple[float, float] = (100, 20)
    start_execution: tuple[float, float] = (1300, 300)
    transitions: tuple[float, float] = (5000, 1500)


@dataclass
class Result:
    """The results of a run, in seconds and US dollars."""

    waits: list[float] = field(default_factory=list)
    """Wait of each tree, from its submission to the start of its first drawing."""
    small_team_waits: list[float] = field(default_factory=list)
    """Waits of the trees of all teams except the busiest one."""
    finished: int = 0
    failed: int = 0
    attempts_lost: int = 0
    refused: int = 0
    """RunTask calls that were throttled or exceeded the limit of waiting tasks."""
    transitions: int = 0
    transitions_throttled: int = 0
    makespan: float = 0.0
    boot: float = 0.0
    """Machine seconds spent on booting. The next three fields are machine seconds too."""
    idle: float = 0.0
    drawn: float = 0.0
    lost: float = 0.0
    costs: dict[str, float] = field(default_factory=dict)
    """US dollars by the resource that is paid for."""

    def percentile(self, percent: int, *, small_teams: bool = False) -> float:
        """Return a percentile of the trees' waits, in seconds."""
        waits = self.small_team_waits if small_teams else self.waits
        return quantiles(waits, n=100)[percent - 1] if len(waits) > 1 else sum(waits)

    @property
    def cost(self) -> float:
        """Total cost in US dollars."""
        return sum(self.costs.values())

    @property
    def waste(self) -> float:
        """Share of the machines' time that was not spent on successful drawing."""
        total = self.boot + self.idle + self.drawn + self.lost
        return 1 - self.drawn / total if total else 0.0

    def pay(self, what: str, dollars: float) -> None:
        """Add `dollars` to the cost of the resource `what`."""
        self.costs[what] = self.costs.get(what, 0.0) + dollars
