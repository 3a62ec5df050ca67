"""What is simulated, and what it comes to."""

from dataclasses import dataclass, field
from statistics import quantiles


@dataclass(frozen=True)
class Scenario:
    """A load, and an installation that takes it. Durations in seconds."""

    name: str
    jobs: int
    hours: float
    """Within which they arrive, evenly; 0: all at once."""
    machines: int
    """GPU machines at most."""
    gpu_depth: int = 400
    linux_depth: int = 400
    warm: int = 0
    spot: bool = False
    """All first attempts take spare capacity, as with gpuSpotShare 100."""
    seed: int = 1
    scale: float = 1.0
    """What share of the account's limits it has: of a slice of the load, the slice's."""
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
    """After so long without work a machine goes."""
    hazard: float = 0.05
    """Losses of a spare machine or task in an hour."""
    provisioning: int = 500
    """Tasks of a cluster that may wait for capacity at once."""
    run_task: tuple[float, float] = (100, 20)
    start_execution: tuple[float, float] = (1300, 300)
    transitions: tuple[float, float] = (5000, 1500)


@dataclass
class Result:
    """Seconds and US dollars."""

    waits: list[float] = field(default_factory=list)
    """Of each tree, from its submission to its first picture."""
    small_team_waits: list[float] = field(default_factory=list)
    """Of the trees of the teams other than the busiest one."""
    finished: int = 0
    failed: int = 0
    attempts_lost: int = 0
    refused: int = 0
    """RunTask calls that were throttled or exceeded the tasks that may wait for capacity."""
    transitions: int = 0
    transitions_throttled: int = 0
    makespan: float = 0.0
    boot: float = 0.0
    """Machine seconds, as the next three."""
    idle: float = 0.0
    drawn: float = 0.0
    lost: float = 0.0
    costs: dict[str, float] = field(default_factory=dict)
    """By what is paid for."""

    def percentile(self, percent: int, *, small_teams: bool = False) -> float:
        """Wait of the trees, in seconds."""
        waits = self.small_team_waits if small_teams else self.waits
        return quantiles(waits, n=100)[percent - 1] if len(waits) > 1 else sum(waits)

    @property
    def cost(self) -> float:
        """Altogether."""
        return sum(self.costs.values())

    @property
    def waste(self) -> float:
        """Share of the machines' time in which nothing was drawn that counts."""
        total = self.boot + self.idle + self.drawn + self.lost
        return 1 - self.drawn / total if total else 0.0

    def pay(self, what: str, dollars: float) -> None:
        """Add to a cost."""
        self.costs[what] = self.costs.get(what, 0.0) + dollars
