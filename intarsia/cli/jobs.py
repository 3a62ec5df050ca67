"""`intarsia jobs`, `job`, `cancel`, `logs` and `download`: commands for submitted jobs."""

import re
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Annotated
from urllib.parse import urlsplit

import typer

from intarsia.cli.connection import STACK, Json, Key, Stack, Url, connection
from intarsia.cli.exits import Exit, code_of_job
from intarsia.cli.output import (
    briefly,
    clean,
    fail,
    fields,
    out,
    print_json,
    say,
    status,
    table,
    when,
)
from intarsia.cli.tree import name_of
from intarsia.client.models import Job, Phase, wires

SHORT_STATES = {"cancelled": "manually_cancelled", "rendering": "render:dorender"}
MOST_ROWS = 1000

JobId = Annotated[str, typer.Argument(metavar="ID")]


def jobs(
    *,
    states: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            help="Only jobs in one of these states: pending, queued, rendering, finished, error, "
            "cancelled.",
        ),
    ] = None,
    tags: Annotated[
        list[str] | None, typer.Option("--tag", help="Only jobs with one of these tags.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Maximum number of jobs.")] = 20,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """List jobs, newest first."""
    wanted = [SHORT_STATES.get(state, state) for state in states or []]
    with connection(url, key, stack).client() as client:
        rows = client.jobs.list(
            states=wanted, tags=tags or [], sort="newest_first", page=min(limit, MOST_ROWS)
        )
        found = list(islice(rows, limit))
    if as_json:
        print_json(wires(found))
        return
    table(
        ("id", "status", "created", "name"),
        ((job.id, _status(job), briefly(job.stats.created_at), _what(job)) for job in found),
    )


def job(
    job_id: JobId,
    *,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Show all details of one job."""
    with connection(url, key, stack).client() as client:
        found = client.jobs.get(job_id)
    if as_json:
        print_json(found.wire())
        return
    fields(_details(found))
    if found.phase is Phase.FINISHED and found.output_url:
        say(f"output       {found.output_url}")
    if found.children:
        say("")
        table(
            ("child", "status", "slot", "error"),
            (
                (child.id, status(child.status), child.slot or "", child.error or "")
                for child in found.children
            ),
        )


def cancel(
    job_ids: Annotated[list[str], typer.Argument(metavar="ID")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Also accept jobs that are already rendering.")
    ] = False,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Cancel jobs. Each job's whole tree is cancelled.

    Several jobs are cancelled all or none. With --force they are cancelled one after another.
    """
    cancelled: dict[str, Job] = {}
    with connection(url, key, stack).client() as client:
        try:
            if force or len(job_ids) == 1:
                for job_id in job_ids:
                    done = client.jobs.cancel(job_id, force=force)
                    cancelled |= {job.id: job for job in done}
            else:
                cancelled = {job.id: job for job in client.jobs.cancel_many(job_ids)}
        finally:
            # A refused job must not hide those cancelled before it.
            if cancelled:
                _report_cancelled(list(cancelled.values()), as_json=as_json)


def logs(
    job_id: JobId,
    *,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Print a job's log: the stages of the worker and the output of the engine."""
    with connection(url, key, stack).client() as client:
        text = client.jobs.logs(job_id)
    if as_json:
        print_json({"id": job_id, "log": text})
    else:
        # Lines of users' projects in a log must not send control characters to a terminal.
        typer.echo(clean(text) if out.is_terminal else text, nl=not text.endswith("\n"))


def download(
    job_id: JobId,
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File or folder. Default: ID.mp4, ID.png, ..."),
    ] = None,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Download the output of a finished job."""
    with connection(url, key, stack).client() as client:
        found = client.jobs.get(job_id)
        if not found.ended:
            fail(
                f"job {job_id} has not finished (status {found.status}); "
                f"`intarsia watch {job_id}` waits for it"
            )
            raise typer.Exit(Exit.FAILED)
        if found.phase is not Phase.FINISHED:
            reason = f": {found.reason}" if found.reason else ""
            fail(f"job {job_id} has no output (status {found.status}){reason}")
            raise typer.Exit(code_of_job(found))
        path = _path(found, output)
        client.jobs.download(found, path)
    if as_json:
        print_json({"id": job_id, "file": str(path), "bytes": path.stat().st_size})
    else:
        say(path)


def _report_cancelled(cancelled: list[Job], *, as_json: bool) -> None:
    if as_json:
        print_json(wires(cancelled))
    else:
        table(("id", "status", "name"), ((job.id, _status(job), _what(job)) for job in cancelled))


def _path(job: Job, output: Path | None) -> Path:
    # Only the format comes from the server, which must not choose the file's name.
    suffix = PurePosixPath(urlsplit(job.output_url or "").path).suffix
    name = job.id + (suffix if re.fullmatch(r"\.[A-Za-z0-9]{1,5}", suffix) else "")
    if output is None:
        return Path(name)
    return output / name if output.is_dir() else output


def _status(job: Job) -> object:
    shown = status(job.status if job.phase is not Phase.PROCESSING else job.stage or job.status)
    if job.in_line:
        return shown.append(", awaits admission")
    return shown.append(f" {job.progress:.0f} %") if job.phase is Phase.PROCESSING else shown


def _what(job: Job) -> str:
    return f"{name_of(job)} → {job.slot}" if job.slot else name_of(job)


def _details(job: Job) -> list[tuple[str, object]]:
    stats, made = job.stats, job.output
    return [
        ("id", job.id),
        ("status", _status(job)),
        ("error", job.reason),
        ("failed job", job.failed_job_id),
        ("name", _what(job)),
        ("kind", job.kind if job.kind != "render" else None),
        ("template", job.template_id),
        ("parent", job.parent_id),
        ("batch", job.batch_id),
        ("tags", ", ".join(job.tags)),
        ("priority", job.priority or None),
        ("engine", job.engine),
        ("rendered by", job.rendered_by),
        ("attempt", job.attempt if job.attempt > 1 else None),
        ("created", when(stats.created_at)),
        ("started", when(stats.started_at)),
        ("finished", when(stats.finished_at)),
        ("rendered in", f"{stats.render_duration:.1f} s" if stats.render_duration else None),
        (
            "media",
            made
            and f"{made.width} × {made.height}, {made.frames} frames at {made.fps:g} fps, "
            f"{made.duration:g} s, {made.bytes / 1e6:.1f} MB",
        ),
        ("cost", _cost(job)),
        ("missing fonts", ", ".join(job.missing_fonts)),
        ("warnings", "\n".join(job.warnings)),
    ]


def _cost(job: Job) -> str | None:
    if not job.cost and not (job.tree and job.tree.cost):
        return None
    own = f"${job.cost or 0:.4f}"
    return f"{own}, ${job.tree.cost:.4f} with all descendants" if job.tree else own
