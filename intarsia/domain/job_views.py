"""A job as a client sees it: the contract's objects, and what Intarsia adds to them."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from intarsia.domain.costs import job_cost
from intarsia.domain.jobs import Job
from intarsia.domain.settings import Engine
from intarsia.domain.states import Stage, Status
from intarsia.domain.views import Moment, View


class StatsView(View):
    """When things happened, and how it went."""

    created_at: Moment
    updated_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    error_at: Moment | None
    total_assets: int
    render_duration: float | None
    """Seconds."""
    error: str | None


class ChildView(View):
    """A child as its parent shows it."""

    id: str
    status: Status
    progress: float
    output_url: str
    slot: str | None
    error: str | None
    missing_fonts: list[str]


class TreeView(View):
    """How far a job with everything below it is."""

    jobs: int
    finished: int
    failed: int
    """Ended as `error` or `manually_cancelled`."""
    rendering: int
    progress: float
    """Percent, every job of the tree counting the same."""
    cost: float
    """US dollars, as each job's."""


class OutputView(View):
    """What is in the output, as measured in the file itself. Pixels, seconds, bytes."""

    bytes: int
    frames: int
    width: int
    height: int
    fps: float
    duration: float


class JobView(View):
    """The Job object."""

    id: str
    kind: Literal["render", "join"]
    template_id: str | None
    composition: str | None
    status: Status
    stage: Stage | None
    in_line: bool
    """Its tree waits until there is room for it; nothing of it has begun."""
    progress: float
    output_url: str | None
    error: str | None
    failed_job_id: str | None
    parent_id: str | None
    slot: str | None
    batch_id: str | None
    engine: Engine
    rendered_by: str | None
    attempt: int
    pieces: int | None
    """In how many ranges of frames it is drawn; null if it is drawn as a whole."""
    tags: list[str]
    priority: int
    missing_fonts: list[str]
    warnings: list[str]
    output: OutputView | None
    cost: float
    """US dollars so far, at list prices, its children not included."""
    stats: StatsView | None = None
    """Left out of minimal lists."""
    children: list[ChildView] | None = None
    """In the answer to one job only."""
    tree: TreeView | None = None
    """In the answer to one job that has children."""


class CreatedStatsView(View):
    """The stats of a job that has just been created."""

    created_at: Moment


class JobCreatedView(View):
    """The answer to a job's creation."""

    id: str
    status: Status
    output_url: str
    progress: float
    stats: CreatedStatsView
    missing_fonts: list[str]
    warnings: list[str]
    children: list[ChildView] | None = None
    """Of parents only."""


def created_view(jobs: Sequence[Job], origin: str) -> JobCreatedView:
    """What a client gets for a tree it has just submitted (`jobs`, the root last)."""
    root = jobs[-1]
    view = JobCreatedView(
        id=root.id,
        status=root.status,
        output_url=root.output_url(origin),
        progress=root.progress,
        stats=CreatedStatsView(created_at=root.created_at),
        missing_fonts=root.missing_fonts,
        warnings=[warning for job in jobs for warning in job.submit_warnings],
    )
    if not root.children:
        return view
    by_id = {job.id: job for job in jobs}
    children = [child_view(by_id[child], origin) for child in root.children]
    return view.model_copy(update={"children": children})


def job_view(
    job: Job,
    origin: str,
    *,
    in_line: bool = False,
    tree: Sequence[Job] | None = None,
    minimal: bool = False,
) -> JobView:
    """The Job object of the contract, with what Intarsia adds to it.

    `in_line` says whether its tree waits to be admitted. `tree` is the job with everything below
    it, for its children and how far they are; None leaves these out. `minimal` drops the stats, as
    the contract's list does when asked.
    """
    reason = job.failure.reason if job.failure else None
    view = JobView(
        id=job.id,
        kind=job.kind,
        template_id=job.template_id,
        composition=job.composition,
        status=job.status,
        stage=job.stage,
        in_line=in_line,
        progress=job.progress,
        output_url=job.output_url(origin),
        error=reason,
        failed_job_id=job.failure.child_id if job.failure else None,
        parent_id=job.parent_id,
        slot=job.slot,
        batch_id=job.batch_id,
        engine=job.engine,
        rendered_by=job.rendered_by,
        attempt=job.attempt,
        pieces=len(job.pieces) or None,
        tags=job.tags,
        priority=job.priority,
        missing_fonts=job.missing_fonts,
        warnings=job.submit_warnings + job.warnings,
        output=_output_view(job),
        cost=round(job_cost(job), 6),
    )
    more: dict[str, BaseModel | list[ChildView]] = {}
    if not minimal:
        more["stats"] = stats_view(job)
    if tree is not None:
        children = [child_view(each, origin) for each in tree if each.parent_id == job.id]
        more["children"] = children
        if children:
            more["tree"] = tree_view(tree)
    return view.model_copy(update=more)


def child_view(child: Job, origin: str) -> ChildView:
    """A child as its parent shows it."""
    return ChildView(
        id=child.id,
        status=child.status,
        progress=child.progress,
        output_url=child.output_url(origin),
        slot=child.slot,
        error=child.failure.reason if child.failure else None,
        missing_fonts=child.missing_fonts,
    )


def tree_view(jobs: Sequence[Job]) -> TreeView:
    """How far `jobs`, a whole tree, are."""
    statuses = [job.status for job in jobs]
    return TreeView(
        jobs=len(jobs),
        finished=statuses.count(Status.FINISHED),
        failed=statuses.count(Status.ERROR) + statuses.count(Status.CANCELLED),
        rendering=statuses.count(Status.RENDERING),
        progress=round(sum(job.progress for job in jobs) / len(jobs), 1),
        cost=round(sum(map(job_cost, jobs)), 6),
    )


def stats_view(job: Job) -> StatsView:
    """The stats of a job."""
    return StatsView(
        created_at=job.created_at,
        updated_at=job.updated_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        error_at=job.error_at,
        total_assets=job.total_assets,
        render_duration=job.render_seconds,
        error=job.failure.reason if job.failure else None,
    )


def _output_view(job: Job) -> OutputView | None:
    return OutputView.model_validate(job.output.model_dump()) if job.output else None
