"""Queues, boots, losses and costs of four loads, simulated with the state machine's own retries.

`python -m bench.simulate` prints tables; `--markdown` prints them as docs/scale.md has them.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console
from rich.table import Table

from bench.simulation.scenario import Result, Scenario
from bench.simulation.world import simulate

SLICE = Scenario(
    "1,000,000 a day", 8_333, 2, machines=400, gpu_depth=1_000, linux_depth=1_000, scale=0.1
)
LOADS = (
    (Scenario("100 a day", 100, 24, machines=4), 2),
    (Scenario("10,000 a day", 10_000, 24, machines=60), 10),
    # A tenth of the load for two hours, with a tenth of the machines, depths and limits.
    (SLICE, 40),
    (replace(SLICE, name="the same on 20 clusters", provisioning=10_000), 40),
)
BURST = Scenario("burst", 2_000, 0, machines=40)
DEPTHS = (40, 100, 200, 400, 800, 2_000)

LOAD_COLUMNS = (
    "Load", "Warm", "Spot", "Wait p50", "p95", "Makespan", "Failed", "Lost", "Cost", "A job",
    "Waste",
)  # fmt: skip
DEPTH_COLUMNS = (
    "Depth", "Wait p50", "p95", "p95 of small teams", "Makespan", "Failed", "Refused RunTask",
)  # fmt: skip


def load_rows() -> list[list[str]]:
    """Return a row per load, with and without warm machines, with and without Spot capacity."""
    rows = []
    for load, machines in LOADS:
        for warm in (0, machines):
            for spot in (False, True):
                result = simulate(replace(load, warm=warm, spot=spot))
                rows.append([load.name, str(warm), "yes" if spot else "no", *_load_cells(result)])
    return rows


def depth_rows() -> list[list[str]]:
    """Return a row per depth of DEPTHS, for 2,000 jobs at once on 40 machines."""
    return [[str(depth), *_depth_cells(depth)] for depth in DEPTHS]


def _load_cells(result: Result) -> list[str]:
    jobs = result.finished + result.failed
    return [
        _minutes(result.percentile(50)), _minutes(result.percentile(95)),
        f"{result.makespan / 3600:.1f} h", str(result.failed), str(result.attempts_lost),
        f"${result.cost:,.0f}", f"${result.cost / jobs:.3f}", f"{result.waste:.0%}",
    ]  # fmt: skip


def _depth_cells(depth: int) -> list[str]:
    result = simulate(replace(BURST, gpu_depth=depth, linux_depth=depth))
    return [
        _minutes(result.percentile(50)), _minutes(result.percentile(95)),
        _minutes(result.percentile(95, small_teams=True)), f"{result.makespan / 3600:.1f} h",
        str(result.failed), str(result.refused),
    ]  # fmt: skip


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f} min"


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def main(words: Sequence[str] | None = None) -> None:
    """Run the simulations and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markdown", action="store_true")
    markdown = parser.parse_args(words).markdown
    for columns, rows in ((LOAD_COLUMNS, load_rows()), (DEPTH_COLUMNS, depth_rows())):
        if markdown:
            print(_markdown(columns, rows))
            continue
        table = Table(*columns)
        for row in rows:
            table.add_row(*row)
        Console().print(table)


if __name__ == "__main__":
    main()
