"""`intarsia watch`: the progress of a tree of jobs until it has ended."""

import time
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from intarsia.cli.connection import STACK, Json, Key, Stack, Url, connection
from intarsia.cli.exits import Exit, code_of_job
from intarsia.cli.output import errors, note, out, print_json, say, styled
from intarsia.cli.tree import Picture, activity, culprits, name_of
from intarsia.client import Client
from intarsia.client.models import Job, Phase, wires

Timeout = Annotated[
    float | None,
    typer.Option("--timeout", help="Maximum wait in seconds; after it, exits with 5."),
]


def watch(
    job_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the job.")],
    *,
    timeout: Timeout = None,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Show the progress of a job and its descendants until all have ended."""
    server = connection(url, key, stack)
    with server.client() as client:
        watch_to_the_end(client, job_id, server.poll, timeout, as_json=as_json)


def watch_to_the_end(
    client: Client, job_id: str, poll: float, timeout: float | None, *, as_json: bool
) -> None:
    """Show a tree until it has ended, then raise typer.Exit with the exit code of its root.

    `job_id` is the root's id, and `poll` the time between two requests in seconds. With `as_json`
    the tree is printed at the end, each job before its children, and the progress goes to stderr.
    Ctrl-C does not stop the jobs. Raises WaitTimeoutError after `timeout` seconds; None: no limit.
    """
    try:
        snapshots = client.jobs.follow(job_id, poll=poll, timeout=timeout)
        jobs = follow(snapshots, errors if as_json else out)
    except KeyboardInterrupt:
        note(f"\nthe job continues; `intarsia watch {job_id}` shows its progress again")
        raise typer.Exit(Exit.INTERRUPTED) from None
    if as_json:
        print_json(wires(jobs))
    else:
        _sum_up(jobs[0])
    raise typer.Exit(code_of_job(jobs[0]))


def follow(snapshots: Iterable[list[Job]], console: Console) -> list[Job]:
    """Show each snapshot of a tree of jobs on `console`, and return the last one.

    A terminal shows a picture of the tree that is updated. Other outputs get a line for each change
    of a job.
    """
    jobs: list[Job] = []
    if console.is_terminal and not console.is_dumb_terminal:
        with Live(console=console, refresh_per_second=8, transient=True) as live:
            for jobs in snapshots:
                live.update(Picture(jobs))
        # The whole picture stays, including jobs that were beyond the terminal's height.
        console.print(Picture(jobs, whole=True))
        return jobs
    seen: dict[str, str] = {}
    for jobs in snapshots:
        for job in jobs:
            line = activity(job)
            if seen.get(job.id) != line:
                seen[job.id] = line
                _print_change(job, line, jobs, console)
    return jobs


def _print_change(job: Job, line: str, jobs: list[Job], console: Console) -> None:
    if job in culprits(jobs):
        line = f"{line}: {job.reason}"
    moment = time.strftime("%H:%M:%S")
    name = f"{name_of(job)} → {job.slot}" if job.slot else name_of(job)
    # Not wrapped: the output is a file or another program.
    console.print(styled(f"{moment}  {job.id}  {name}  {line}"), soft_wrap=True)


def _sum_up(root: Job) -> None:
    for font in root.missing_fonts:
        note(f"missing font: {font}", "yellow")
    if root.warnings:
        note(f"{len(root.warnings)} warnings; `intarsia job {root.id}` shows them", "yellow")
    if root.phase is Phase.FINISHED and root.output_url:
        say(root.output_url)
