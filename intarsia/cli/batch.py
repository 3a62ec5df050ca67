"""`intarsia batch` and `intarsia batches`: a variant of a job for each row of a CSV file."""

from pathlib import Path
from typing import Annotated

import typer

from intarsia.cli.batch_run import BatchRun, parts, send
from intarsia.cli.batch_view import follow, report
from intarsia.cli.bodies import read_body, with_template_ids
from intarsia.cli.connection import STACK, Json, Key, Stack, Url, connection
from intarsia.cli.exits import Exit, InputError
from intarsia.cli.output import errors, fields, note, out, print_json, say, status, table
from intarsia.cli.rows import Variant, read_rows, variants
from intarsia.cli.submit import Watch
from intarsia.cli.watch import Timeout

batches = typer.Typer(no_args_is_help=True, help="Show and cancel submitted batches.")

BatchId = Annotated[str, typer.Argument(metavar="ID")]


def batch(
    rows_file: Annotated[
        Path,
        typer.Argument(metavar="ROWS.CSV", help="CSV file in UTF-8; line 1 has the column names."),
    ],
    template_file: Annotated[
        Path, typer.Argument(metavar="JOB-TEMPLATE.JSON", help="A job with ${column} placeholders.")
    ],
    *,
    delimiter: Annotated[str, typer.Option(help="Character between two cells.")] = ",",
    watch: Watch = False,
    timeout: Timeout = None,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Submit a job for each row of a CSV file.

    "${column}" in a string of the template is replaced by the row's cell. A string that is only
    "${column:number}" or "${column:bool}" becomes that JSON value.

    If a row cannot be filled, its line is reported and nothing is sent. If the server rejects a
    row's job, the result has its line and the error.
    """
    if len(delimiter) != 1:
        raise InputError(f"--delimiter must be one character, not {delimiter!r}")
    columns, rows = read_rows(rows_file, delimiter)
    made = variants(rows_file, read_body(template_file), columns, rows)
    server = connection(url, key, stack)
    with server.client() as client:
        jobs = with_template_ids(client, [variant.job for variant in made])
        wanted = [Variant(old.line, job) for old, job in zip(made, jobs, strict=True)]
        run = BatchRun()
        try:
            for part in parts(wanted):
                send(client, part, run)
                note(f"batch {run.created[-1].batch_id}", "grey50")
            if watch:
                follow(client, run, server.poll, timeout, errors if as_json else out)
        except KeyboardInterrupt:
            note("\nthe jobs continue on the server")
            raise typer.Exit(Exit.INTERRUPTED) from None
        finally:
            # Also after an error: the ids of accepted jobs must not be lost.
            if run.created:
                report(run, as_json=as_json)
    raise typer.Exit(run.exit_code())


@batches.command()
def show(
    batch_id: BatchId,
    *,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Show a batch's progress and its jobs."""
    with connection(url, key, stack).client() as client:
        found = client.batches.get(batch_id)
    if as_json:
        print_json(found.wire())
        return
    stats = found.stats
    counts = f"{stats.finished} finished, {stats.error} failed, {stats.pending} pending"
    fields(
        [
            ("id", found.batch_id),
            ("status", status(found.status)),
            ("jobs", f"{stats.total}: {counts}"),
        ]
    )
    say("")
    table(
        ("index", "id", "status", "error"),
        ((str(job.index), job.id, status(job.status), job.stats.error or "") for job in found.jobs),
    )


@batches.command()
def cancel(
    batch_id: BatchId,
    *,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Cancel the jobs of a batch that have not started to render, with their trees."""
    with connection(url, key, stack).client() as client:
        done = client.batches.cancel(batch_id)
    if as_json:
        print_json(done.wire())
        return
    say(f"{done.status}: {done.cancelled_count} cancelled, {done.skipped_count} skipped")
    if skipped := [job for job in done.jobs if job.result != "cancelled"]:
        table(
            ("index", "id", "status", "reason"),
            ((str(job.index), job.id, status(job.status), job.reason or "") for job in skipped),
        )
