"""Jobs in the API's responses: the contract's objects, with Intarsia's additions."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from intarsia.domain.costs import job_cost
from intarsia.domain.jobs import Job
from intarsia.domain.settings import Engine
from intarsia.domain.states import Stage, Status
from intarsia.domain.views import Moment, View


class StatsView(View):
    """Times, duration and error of a job."""

    created_at: Moment
    updated_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    error_at: Moment | None
    total_assets: int
    render_duration: float | None
    """Duration of the successful render in seconds; null before the job has finished."""
    error: str | None


class ChildView(View):
    """A child job, as listed in the response for its parent."""

    id: str
    status: Status
    progress: float
    output_url: str
    slot: str | None
    error: str | None
    missing_fonts: list[str]


class TreeView(View):
    """Progress of a job and all jobs below it."""

    jobs: int
    finished: int
    failed: int
    """Number of jobs that ended as `error` or `manually_cancelled`."""
    rendering: int
    progress: float
    """Mean progress of the tree's jobs, in percent; every job has the same weight."""
    cost: float
    """Cost of all jobs of the tree so far, in US dollars at list prices."""


class OutputView(View):
    """Properties of the output, measured in the file itself: in bytes, pixels and seconds."""

    bytes: int
    frames: int
    width: int
    height: int
    fps: float
    duration: float


class JobView(View):
    """The contract's Job object, with Intarsia's additions."""

    id: str
    kind: Literal["render", "join"]
    template_id: str | None
    composition: str | None
    status: Status
    stage: Stage | None
    in_line: bool
    """True while the job's tree waits for admission, so that none of its jobs has started."""
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
    """Number of frame ranges rendered separately; null if the job is rendered as a whole."""
    tags: list[str]
    priority: int
    missing_fonts: list[str]
    warnings: list[str]
    output: OutputView | None
    cost: float
    """Cost of the job without its children so far, in US dollars at list prices."""
    stats: StatsView | None = None
    """Times, duration and error; left out of a list that is requested with `minimal=true`."""
    children: list[ChildView] | None = None
    """The job's children; only in the response for a single job."""
    tree: TreeView | None = None
    """Progress of the whole tree; only in the response for a single job that has children."""


class CreatedStatsView(View):
    """The stats of a job that has just been created."""

    created_at: Moment


class JobCreatedView(View):
    """The response to the creation of a job."""

    id: str
    status: Status
    output_url: str
    progress: float
    stats: CreatedStatsView
    missing_fonts: list[str]
    warnings: list[str]
    children: list[ChildView] | None = None
    """The job's children; left out if it has none."""


def created_view(jobs: Sequence[Job], origin: str) -> JobCreatedView:
    """Return the response for a newly submitted tree.

    `jobs` holds all jobs of the tree, the root last. Output URLs begin with `origin`, the API's
    scheme and host.
    """
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
    """Return the contract's Job object, with Intarsia's additions.

    The output's URL begins with `origin`, the API's scheme and host. `in_line` is True while the
    job's tree waits for admission. `tree` holds the job and all jobs below it, for the fields
    `children` and `tree`; None leaves both fields out. If `minimal` is True, the field `stats` is
    left out, as in a list that is requested with `minimal=true`.
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
    """Return a child as listed in the response for its parent.

    The output's URL begins with `origin`, the API's scheme and host.
    """
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
    """Return the progress, the cost and the numbers of jobs of a tree.

    `jobs` holds all jobs of the tree, at least one.
    """
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
    """Return the times, duration and error of a job."""
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
