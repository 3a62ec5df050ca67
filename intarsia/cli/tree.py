"""Display of a tree of jobs: name, slot, progress and activity, and the reasons of failures."""

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from intarsia.cli.output import COLOURS, styled
from intarsia.client.models import Job, Phase

BAR = 24  # characters, in a terminal that has room
SHORTEST_BAR = 6
GAP = 2
ACTIVITY = 20  # characters: `finished in 123.4 s`
LINES_BELOW = 6  # kept free for reasons and for the count of jobs left out


class Picture:
    """Rich renderable with a row for each job of a tree.

    Jobs beyond the terminal's height are only counted.
    """

    def __init__(self, jobs: Sequence[Job], *, whole: bool = False) -> None:
        """Store the jobs of a tree, each before its children.

        `whole` shows all of them, also beyond the terminal's height.
        """
        self._jobs = jobs
        self._whole = whole

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the picture in the width of the console."""
        height = len(self._jobs) if self._whole else console.height - LINES_BELOW
        shown = chosen(self._jobs, height)
        cells = [
            (
                Text.assemble((line, "grey50"), styled(name_of(job), "bold")),
                styled(f"→ {job.slot}" if job.slot else "", "grey50"),
                job,
            )
            for job, line in zip(self._jobs, branches(self._jobs), strict=True)
            if job.id in shown
        ]
        words = max(name.cell_len for name, _, _ in cells) + max(s.cell_len for _, s, _ in cells)
        room = options.max_width - words - ACTIVITY - len(" 100 %") - 3 * GAP
        rows = Table.grid(padding=(0, GAP, 0, 0))
        for _ in range(4):
            rows.add_column(no_wrap=True, overflow="ellipsis")
        for name, slot, job in cells:
            bar = _bar(job, max(SHORTEST_BAR, min(BAR, room)))
            rows.add_row(name, slot, bar, styled(activity(job), COLOURS[job.phase]))
        parts: list[Table | Text | Padding] = [rows]
        if left_out := [job for job in self._jobs if job.id not in shown]:
            parts.append(Text(f"… and {_counted(left_out)}", style="grey50"))
        if summary := _summary(self._jobs):
            parts.append(summary)
        parts += [Padding(_reason(job), (0, 0, 0, 2)) for job in culprits(self._jobs)]
        yield Group(*parts)


def chosen(jobs: Sequence[Job], most: int) -> set[str]:
    """Return the ids of the jobs to show in at most `most` rows: rendering or failed ones first.

    All ancestors of a shown job are shown, too.
    """
    by_id = {job.id: job for job in jobs}
    interest = {Phase.ERROR: 0, Phase.PROCESSING: 0, Phase.PENDING: 1, Phase.QUEUED: 2}
    shown: set[str] = set()
    for job in sorted(jobs, key=lambda job: interest.get(job.phase, 3)):
        path = {job.id}
        above = by_id.get(job.parent_id or "")
        while above and above.id not in path:
            path.add(above.id)
            above = by_id.get(above.parent_id or "")
        if len(shown | path) <= max(most, 1):
            shown |= path
    return shown


def branches(jobs: Sequence[Job]) -> list[str]:
    """Return the tree lines to print before each job's name, such as `│  └─ `.

    `jobs` has each job before its children. The result has the same order.
    """
    by_id = {job.id: job for job in jobs}

    def is_last(job: Job) -> bool:
        return by_id[job.parent_id or ""].children[-1].id == job.id

    lines = []
    for job in jobs:
        line = ""
        if job.parent_id in by_id:
            line = "└─ " if is_last(job) else "├─ "
            above = by_id[job.parent_id]
            while above.parent_id in by_id:
                line = ("   " if is_last(above) else "│  ") + line
                above = by_id[above.parent_id]
        lines.append(line)
    return lines


def name_of(job: Job) -> str:
    """Return a job's display name: its composition, else a render's id, else the job's kind."""
    return job.composition or (job.kind if job.kind != "render" else job.id)


def activity(job: Job) -> str:
    """Return a job's present activity or result in a few words, such as `awaits 2 jobs`."""
    again = f", attempt {job.attempt}" if job.attempt > 1 else ""
    if job.phase is Phase.PROCESSING:
        return (job.stage or job.status.removeprefix("render:")) + again
    if job.phase in {Phase.PENDING, Phase.QUEUED}:
        return _waiting(job) + again
    if job.phase is Phase.FINISHED and job.stats.render_duration is not None:
        return f"finished in {job.stats.render_duration:.1f} s"
    if job.phase is Phase.ERROR and job.failed_job_id not in {None, job.id}:
        return "a child failed"
    return "cancelled" if job.phase is Phase.CANCELLED else job.status


def _waiting(job: Job) -> str:
    if job.in_line:
        return "awaits admission"
    if job.phase is Phase.QUEUED:
        return "queued"
    waiting = sum(child.status != "finished" for child in job.children)
    if not waiting:
        return "children finished"
    return f"awaits {waiting} job{'s' * (waiting != 1)}"


def culprits(jobs: Sequence[Job]) -> list[Job]:
    """Return the failed jobs that caused their own failure, or whose cause is not in `jobs`."""
    ids = {job.id for job in jobs}
    return [
        job
        for job in jobs
        if job.phase is Phase.ERROR
        and (job.failed_job_id in {None, job.id} or job.failed_job_id not in ids)
    ]


def _summary(jobs: Sequence[Job]) -> Text | None:
    """Return a line with the progress of the whole tree and the number of its jobs by result.

    None if all jobs have ended, if the server sends no such numbers, or if the tree has only one
    job.
    """
    counts = jobs[0].tree
    if counts is None or counts.jobs < 2 or all(job.ended for job in jobs):
        return None
    words = [f"{counts.progress:.0f} % of {counts.jobs} jobs", f"{counts.finished} finished"]
    words += [f"{counts.failed} failed"] if counts.failed else []
    return Text(", ".join([*words, f"{counts.rendering} rendering"]), style="grey50")


def _reason(job: Job) -> Text:
    return styled(f"{name_of(job)}: ", "bold red").append(
        styled(job.reason or "no reason given", "not bold red")
    )


def _bar(job: Job, width: int) -> Text:
    share = min(max(job.progress, 0.0), 100.0)
    done = round(width * share / 100)
    colour = COLOURS[job.phase]
    return (
        Text("━" * done, style=colour)
        .append("━" * (width - done), style="grey23")
        .append(f" {share:3.0f} %", style=colour)
    )


def _counted(jobs: Sequence[Job]) -> str:
    counts = {
        phase: number for phase in Phase if (number := sum(job.phase is phase for job in jobs))
    }
    each = ", ".join(f"{number} {phase.value}" for phase, number in counts.items())
    return f"{len(jobs)} more: {each}"
