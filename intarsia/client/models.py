"""Pydantic models of the API's responses. Fields that a newer server adds are kept."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

from intarsia.domain.ids import timestamp

TERMINAL = frozenset({"finished", "error", "manually_cancelled"})
"""Final statuses: a job with one of these has ended."""

Moment = Annotated[datetime, PlainSerializer(timestamp, when_used="json")]


class Phase(StrEnum):
    """A job's status, reduced to the values that a client has to distinguish."""

    PENDING = "pending"
    QUEUED = "queued"
    PROCESSING = "processing"
    """The status `render:dorender`, and any status that this client does not know."""
    FINISHED = "finished"
    ERROR = "error"
    CANCELLED = "manually_cancelled"


def phase_of(status: str) -> Phase:
    """Return the phase of a job with this status of the API."""
    return Phase(status) if status in set(Phase) else Phase.PROCESSING


def _names(value: Any) -> Any:
    """Split tags that arrive as `a,b`; other values stay as they are."""
    return [name for name in value.split(",") if name] if isinstance(value, str) else value


def _none(value: Any) -> Any:
    return () if value is None else value


Names = Annotated[tuple[str, ...], BeforeValidator(_names), BeforeValidator(_none)]


class Model(BaseModel):
    """Base of all models: immutable, camelCase in JSON and snake_case in Python."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="allow"
    )

    def wire(self) -> dict[str, Any]:
        """Return the JSON object with the API's field names, without fields the server left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


def wires(models: Sequence[Model]) -> list[dict[str, Any]]:
    """Return a list of models as JSON objects, each as from `Model.wire`."""
    return [model.wire() for model in models]


class Stats(Model):
    """Timestamps and numbers of a job; `render_duration` is in seconds."""

    created_at: Moment | None = None
    updated_at: Moment | None = None
    started_at: Moment | None = None
    finished_at: Moment | None = None
    error_at: Moment | None = None
    total_assets: int | None = None
    render_duration: float | None = None
    error: str | None = None


class Child(Model):
    """Summary of a child job, as included in its parent job."""

    id: str
    status: str = ""
    progress: float = 0.0  # percent
    output_url: str | None = None
    slot: str | None = None
    error: str | None = None
    missing_fonts: Names = ()


class TreeCounts(Model):
    """Totals of a job and its descendants.

    They are numbers of jobs, `progress` in percent and `cost` in US dollars.
    """

    jobs: int = 0
    finished: int = 0
    failed: int = 0
    rendering: int = 0
    progress: float = 0.0
    cost: float = 0.0


class Output(Model):
    """A rendered file as measured: `width` and `height` in pixels, `duration` in seconds."""

    bytes: int
    frames: int
    width: int
    height: int
    fps: float
    duration: float


class Job(Model):
    """A job: one render, or one join of clips."""

    id: str
    status: str
    """`pending`, `queued`, `render:dorender`, `finished`, `error` or `manually_cancelled`."""
    kind: str = "render"
    """Kind of the job: `render`, or `join` for clips joined end to end."""
    template_id: str | None = None
    composition: str | None = None
    stage: str | None = None
    """Current stage of the worker; None while no worker renders.

    One of `download`, `inject`, `render`, `verify`, `encode` and `upload`.
    """
    in_line: bool = False
    """Whether the job's tree waits for admission, so that none of its jobs has started."""
    progress: float = 0.0  # percent
    output_url: str | None = None
    error: str | None = None
    failed_job_id: str | None = None
    """Id of the job in which the failure began; None if it is this job, or there is no failure."""
    parent_id: str | None = None
    slot: str | None = None
    """Name of the parent's layer that receives this job's output; None without a parent."""
    engine: str | None = None
    rendered_by: str | None = None
    attempt: int = 1
    missing_fonts: Names = ()
    warnings: Names = ()
    output: Output | None = None
    cost: float | None = None
    """Cost so far in US dollars, without that of the children."""
    stats: Stats = Field(default_factory=Stats)
    children: tuple[Child, ...] = ()
    tree: TreeCounts | None = None
    batch_id: str | None = None
    tags: Names = ()
    priority: int | None = None

    @property
    def phase(self) -> Phase:
        """The job's status as a Phase."""
        return phase_of(self.status)

    @property
    def ended(self) -> bool:
        """True if the job has ended: it finished, failed or was cancelled."""
        return self.status in TERMINAL

    @property
    def reason(self) -> str | None:
        """Reason why the job failed or was cancelled; None if the server gives none."""
        return self.error or self.stats.error


class JobCreated(Model):
    """Response to the submission of a job."""

    id: str
    status: str
    output_url: str | None = None
    children: tuple[Child, ...] = ()
    missing_fonts: Names = ()
    warnings: Names = ()


class UploadInfo(Model):
    """Target of an upload: a presigned URL, valid for `expires_in` seconds.

    The API key must not be sent to this URL.
    """

    url: str
    method: str = "PUT"
    expires_in: int | None = None
    key: str | None = None


class Template(Model):
    """An After Effects template, with the names of its project's contents."""

    id: str
    type: str
    """Type of the file: `aep`, `zip` or `mogrt`."""
    display_name: str
    status: str
    """One of `awaiting_upload`, `downloading`, `processing`, `uploaded` (ready) and `error`."""
    created_at: Moment | None = None
    updated_at: Moment | None = None
    compositions: Names = ()
    layers: Names = ()
    fonts: Names = ()
    effects: Names = ()
    missing_footage: Names = ()
    warnings: Names = ()
    error: str | None = None
    upload_info: UploadInfo | None = None


class Composition(Model):
    """A composition of a template; `width` and `height` are in pixels, `duration` in seconds.

    `aeid` is its id within the After Effects project.
    """

    model_config = ConfigDict(alias_generator=None)  # snake_case in JSON, too

    aeid: str
    name: str
    width: int | float
    height: int | float
    duration: float
    frame_rate: float


class Layer(Model):
    """A layer of a template; `width` and `height` are in pixels, the in and out points in seconds.

    `aeid` is its id within the After Effects project.
    """

    model_config = ConfigDict(alias_generator=None)

    aeid: int
    composition_id: int
    """The `aeid` of the layer's composition, as a number."""
    name: str
    width: int | float
    height: int | float
    in_point: float
    out_point: float
    layer_type: str | None = None
    source_type: str | None = None


class Font(Model):
    """A font of the team."""

    id: str
    family_name: str | None = None
    file_name: str | None = None
    created_at: Moment | None = None
    status: str | None = None
    """`awaiting_upload`, `uploaded` or `error`; None if the server reads fonts as it adds them."""
    error: str | None = None
    upload_info: UploadInfo | None = None


class Secret(Model):
    """A secret without its value, which the API never returns."""

    id: str
    name: str
    created_at: Moment | None = None


class BatchJob(Model):
    """A job of a batch; `index` is its position in the request, from 0."""

    index: int
    id: str
    status: str
    output_url: str | None = None
    children: tuple[Child, ...] = ()
    missing_fonts: Names = ()
    warnings: Names = ()
    stats: Stats = Field(default_factory=Stats)


class BatchProblem(Model):
    """The rejection of a job of a batch; `index` is the job's position in the request, from 0."""

    index: int
    error: str
    error_code: str | None = None


class BatchCreated(Model):
    """Response to the submission of a batch.

    `status` is `created` (every job accepted), `partial` (some) or `error` (none).
    """

    batch_id: str
    status: str
    total_jobs: int
    success_count: int
    jobs: tuple[BatchJob, ...] = ()
    errors: Annotated[tuple[BatchProblem, ...], BeforeValidator(_none)] = ()


class BatchStats(Model):
    """Numbers of jobs of a batch, without children; `pending` counts all that have not ended."""

    total: int
    finished: int
    error: int
    pending: int


class Batch(Model):
    """A batch and its jobs.

    `status` is `processing` until all jobs have ended. It is then `finished` if at least one job
    finished, otherwise `error`.
    """

    batch_id: str
    status: str
    stats: BatchStats
    jobs: tuple[BatchJob, ...] = ()


class CancelResult(Model):
    """Effect of a batch's cancellation on one of its jobs; `result` is `cancelled` or `skipped`.

    `index` is the job's position in the request for the batch, from 0.
    """

    index: int
    id: str
    result: str
    status: str
    reason: str | None = None


class BatchCancellation(Model):
    """Response to the cancellation of a batch.

    `status` is `cancelled` (every job), `partial` (some) or `unchanged` (none). `cancelled_jobs`
    includes children; the counts do not.
    """

    batch_id: str
    status: str
    total_jobs: int
    cancelled_count: int
    skipped_count: int
    jobs: tuple[CancelResult, ...] = ()
    cancelled_jobs: tuple[Job, ...] = ()
