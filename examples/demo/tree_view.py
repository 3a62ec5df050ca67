"""A live picture of a tree of jobs in the terminal."""

import time
from collections.abc import Iterator
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from intarsia.client import TERMINAL, Client

POLL_SECONDS = 0.4
BAR = 24  # characters
COLOURS = {
    "pending": "grey58",
    "queued": "yellow",
    "render:dorender": "cyan",
    "finished": "green",
    "error": "red",
    "manually_cancelled": "magenta",
}


def watch(client: Client, job_id: str, console: Console) -> list[dict[str, Any]]:
    """Show a tree until every job in it has ended; returns the jobs, each before its children."""
    if console.is_terminal:
        with Live(console=console, refresh_per_second=8, transient=False) as live:
            for jobs in _polls(client, job_id):
                live.update(picture(jobs))
    else:
        seen: dict[str, str] = {}
        for jobs in _polls(client, job_id):
            for job in jobs:
                if seen.get(job["id"]) != job["status"]:
                    seen[job["id"]] = job["status"]
                    console.print(f"   {job['id']}  {job['composition']:<12} {job['status']}")
    return jobs


def _polls(client: Client, job_id: str) -> Iterator[list[dict[str, Any]]]:
    while True:
        jobs = client.tree(job_id)
        yield jobs
        if all(job["status"] in TERMINAL for job in jobs):
            return
        time.sleep(POLL_SECONDS)


def picture(jobs: list[dict[str, Any]]) -> Group:
    """The tree as one table: who, how far, what it is doing."""
    table = Table.grid(padding=(0, 2))
    for job, branch in zip(jobs, branches(jobs), strict=True):
        table.add_row(
            Text(f"   {branch}", style="grey50").append(job["composition"], style="bold white"),
            Text(f"→ {job['slot']}" if job["slot"] else "", style="grey50"),
            _bar(job),
            Text(_status(job), style=COLOURS.get(job["status"], "white")),
        )
    return Group(Text(), table)


def branches(jobs: list[dict[str, Any]]) -> list[str]:
    """The lines that lead to each job, such as `│  └─ `; jobs come each before its children."""
    by_id = {job["id"]: job for job in jobs}

    def is_last(job: dict[str, Any]) -> bool:
        return bool(by_id[job["parentId"]]["children"][-1]["id"] == job["id"])

    lines = []
    for job in jobs:
        line = ""
        if job["parentId"] in by_id:
            line = "└─ " if is_last(job) else "├─ "
            above = by_id[job["parentId"]]
            while above["parentId"] in by_id:
                line = ("   " if is_last(above) else "│  ") + line
                above = by_id[above["parentId"]]
        lines.append(line)
    return lines


def _bar(job: dict[str, Any]) -> Text:
    done = round(BAR * job["progress"] / 100)
    colour = COLOURS.get(job["status"], "white")
    return (
        Text("━" * done, style=colour)
        .append("━" * (BAR - done), style="grey23")
        .append(f" {job['progress']:3.0f} %", style=colour)
    )


def _status(job: dict[str, Any]) -> str:
    if job["error"]:
        return f"{job['status']}: {job['error']}"
    if job["status"] == "render:dorender":
        again = f", attempt {job['attempt']}" if job["attempt"] > 1 else ""
        return f"{job['stage']}{again}"
    if job["status"] == "pending":
        waiting = sum(child["status"] != "finished" for child in job["children"])
        return f"pending, waits for {waiting}"
    if job["status"] == "finished" and job["stats"]["renderDuration"] is not None:
        return f"finished in {job['stats']['renderDuration']:.1f} s"
    return str(job["status"])
