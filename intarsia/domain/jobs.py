"""A job as it is stored, and as a client sees it."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from intarsia.domain.ids import timestamp
from intarsia.domain.settings import Engine
from intarsia.domain.states import Stage, Status

MAX_ATTEMPTS = 3


class Failure(BaseModel):
    """Why a job ended as `error`."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["user", "transient", "configuration", "child", "cancelled"]
    """Whose matter it is: the request's, a lost machine's, the installation's, a child's."""
    reason: str
    """One sentence for a person."""
    child_id: str | None = None
    """The job of the tree in which it began, when that is another one."""


class Output(BaseModel):
    """What a finished render produced, as measured in the file itself."""

    model_config = ConfigDict(frozen=True)

    key: str
    bytes: int
    frames: int
    width: int  # pixels
    height: int  # pixels
    fps: float
    duration: float  # seconds


class Job(BaseModel):
    """One render. The table is the only truth about it; every status write is conditional."""

    id: str
    team_id: str
    parent_id: str | None = None
    root_id: str
    slot: str | None = None
    children: list[str] = Field(default_factory=list)
    template_id: str
    composition: str
    engine: Engine
    fleet: Literal["gpu", "linux"]
    status: Status
    stage: Stage | None = None
    progress: float = 0.0  # percent
    attempt: int = 1
    """Which try at the render this is; a write of another attempt changes nothing."""
    lost_attempts: int = 0
    """How many attempts were lost to machines or crashes; MAX_ATTEMPTS of them end the job."""
    run: int = 0
    """How often the execution was started again after it was lost."""
    total_assets: int = 0
    output_name: str
    """File name of the output, such as `01J….mp4`."""
    output_token: str
    """Secret part of the output's URL."""
    output_key: str
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error_at: datetime | None = None
    render_seconds: float | None = None
    rendered_by: str | None = None
    """Who drew it, such as `After Effects 26.0x67` or `Intarsia compositor`."""
    output: Output | None = None
    verdict: Failure | None = None
    """What the worker of this attempt recorded when it could not finish; settling decides."""
    failure: Failure | None = None
    """Why the job ended as `error`, or why it was cancelled."""
    missing_fonts: list[str] = Field(default_factory=list)
    submit_warnings: list[str] = Field(default_factory=list)
    """What looked doubtful when the job was submitted."""
    warnings: list[str] = Field(default_factory=list)
    """What the render had to leave out or found odd."""

    def output_url(self, origin: str) -> str:
        """The stable URL under which the output is found once the job has finished."""
        return f"{origin}/api/v2/outputs/{self.id}/{self.output_token}/{self.output_name}"


def created_view(jobs: list[Job], origin: str) -> dict[str, Any]:
    """What a client gets for a tree it has just submitted (`jobs`, the root last)."""
    root = jobs[-1]
    view: dict[str, Any] = {
        "id": root.id,
        "status": root.status.value,
        "outputUrl": root.output_url(origin),
        "progress": root.progress,
        "stats": {"createdAt": timestamp(root.created_at)},
        "warnings": [warning for job in jobs for warning in job.submit_warnings],
    }
    if root.children:
        by_id = {job.id: job for job in jobs}
        view["children"] = [child_view(by_id[child], origin) for child in root.children]
    return view


def job_view(
    job: Job, origin: str, *, children: list[Job] | None = None, minimal: bool = False
) -> dict[str, Any]:
    """The Job object of the contract, with what Intarsia adds to it.

    `children` are the job's own children, for the `children` list; None leaves it out.
    `minimal` drops the stats, as the contract's list does when asked.
    """
    reason = job.failure.reason if job.failure else None
    view: dict[str, Any] = {
        "id": job.id,
        "templateId": job.template_id,
        "composition": job.composition,
        "status": job.status.value,
        "stage": job.stage.value if job.stage else None,
        "progress": job.progress,
        "outputUrl": job.output_url(origin),
        "error": reason,
        "parentId": job.parent_id,
        "slot": job.slot,
        "engine": job.engine.value,
        "renderedBy": job.rendered_by,
        "attempt": job.attempt,
        "missingFonts": job.missing_fonts,
        "warnings": job.submit_warnings + job.warnings,
        "output": job.output.model_dump(exclude={"key"}) if job.output else None,
    }
    if not minimal:
        view["stats"] = _stats(job, reason)
    if job.failure and job.failure.child_id:
        view["failedJobId"] = job.failure.child_id
    if children is not None:
        view["children"] = [child_view(child, origin) for child in children]
    return view


def child_view(child: Job, origin: str) -> dict[str, Any]:
    """A child as its parent shows it."""
    return {
        "id": child.id,
        "status": child.status.value,
        "progress": child.progress,
        "outputUrl": child.output_url(origin),
        "slot": child.slot,
        "error": child.failure.reason if child.failure else None,
        "missingFonts": child.missing_fonts,
    }


def _stats(job: Job, reason: str | None) -> dict[str, Any]:
    return {
        "createdAt": timestamp(job.created_at),
        "updatedAt": timestamp(job.updated_at),
        "startedAt": timestamp(job.started_at) if job.started_at else None,
        "finishedAt": timestamp(job.finished_at) if job.finished_at else None,
        "errorAt": timestamp(job.error_at) if job.error_at else None,
        "totalAssets": job.total_assets,
        "renderDuration": job.render_seconds,
        "error": reason,
    }
