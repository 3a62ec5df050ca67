"""Output of the progress and results of submitted batches: text for people, JSON for programs."""

from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from intarsia.cli.batch_run import BatchRun, Place
from intarsia.cli.output import COLOURS, clean, print_json, say, status, styled, table
from intarsia.client import Client
from intarsia.client.models import Batch, BatchStats
from intarsia.client.polling import looks

BAR = 30  # characters
ALL_SHOWN = 50
"""Largest number of lines of a CSV file that are all shown. If it has more, only lines with an
error are shown."""


def follow(
    client: Client, run: BatchRun, poll: float, timeout: float | None, console: Console
) -> None:
    """Show the progress of the batches in `run` on `console` until no job is pending.

    The results in `run` are updated. `poll` is the time between two requests in seconds. Raises
    WaitTimeoutError after `timeout` seconds; None: no limit.
    """
    open_ids = [created.batch_id for created in run.created if created.jobs]
    stats: dict[str, BatchStats] = {}
    with Live(console=console, transient=True, auto_refresh=False) as live:
        for _ in looks("the batches have not ended", poll=poll, timeout=timeout):
            for batch_id in list(open_ids):
                batch = client.batches.get(batch_id)
                run.update(batch)
                _tell(batch, stats.get(batch_id), console)
                stats[batch_id] = batch.stats
                if batch.stats.pending == 0:
                    open_ids.remove(batch_id)
            live.update(Group(*(_bar(name, each) for name, each in stats.items())), refresh=True)
            if not open_ids:
                return


def report(run: BatchRun, *, as_json: bool) -> None:
    """Print the results of all submitted lines on stdout, as text or as JSON."""
    if as_json:
        print_json(_machine(run))
        return
    shown = run.places
    if len(shown) > ALL_SHOWN:
        shown = [place for place in shown if place.error]
    if shown:
        table(("line", "job", "status", "error"), (_row(place) for place in shown))
        say("")
    refused = sum(place.refused for place in run.places)
    accepted = len(run.places) - refused
    ended = {
        name: sum(place.status == name and not place.refused for place in run.places)
        for name in ("finished", "error", "manually_cancelled")
    }
    words = [f"{len(run.places)} rows", f"{accepted} accepted"]
    words += [f"{refused} refused"] if refused else []
    words += [f"{count} {clean(status(name))}" for name, count in ended.items() if count]
    say(", ".join(words))


def _tell(batch: Batch, before: BatchStats | None, console: Console) -> None:
    if not console.is_terminal and batch.stats != before:
        console.print(styled(_counts(batch.batch_id, batch.stats)), soft_wrap=True)


def _bar(batch_id: str, stats: BatchStats) -> Text:
    parts = ((stats.finished, "finished"), (stats.error, "error"))
    line = Text()
    for count, name in parts:
        line.append("━" * (BAR * count // max(stats.total, 1)), style=COLOURS[name])
    line.append("━" * (BAR - line.cell_len), style="grey23")
    return line.append("  ").append(_counts(batch_id, stats))


def _counts(batch_id: str, stats: BatchStats) -> str:
    return (
        f"{batch_id}  {stats.finished} of {stats.total} finished, {stats.error} failed, "
        f"{stats.pending} pending"
    )


def _row(place: Place) -> tuple[str, str, Text, str]:
    shown = styled("refused", "red") if place.refused else status(place.status)
    return str(place.line), place.job_id or "", shown, place.error or ""


def _machine(run: BatchRun) -> dict[str, Any]:
    return {
        "batches": [
            {
                "batchId": created.batch_id,
                "status": created.status,
                "totalJobs": created.total_jobs,
                "successCount": created.success_count,
            }
            for created in run.created
        ],
        "rows": [
            {
                "line": place.line,
                "batchId": place.batch_id,
                "index": place.index,
                "id": place.job_id,
                "status": "refused" if place.refused else place.status,
                "outputUrl": place.output_url,
                "error": place.error,
            }
            for place in run.places
        ],
    }
