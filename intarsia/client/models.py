"""What the API answers with. Fields that a newer server adds are kept, not refused."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

from intarsia.domain.ids import timestamp

TERMINAL = frozenset({"finished", "error", "manually_cancelled"})
"""Statuses that nothing follows."""

Moment = Annotated[datetime, PlainSerializer(timestamp, when_used="json")]


class Phase(StrEnum):
    """A status as far as a client has to tell them apart."""

    PENDING = "pending"
    QUEUED = "queued"
    PROCESSING = "processing"
    """`render:dorender`, and any status that this client does not know."""
    FINISHED = "finished"
    ERROR = "error"
    CANCELLED = "manually_cancelled"


def phase_of(status: str) -> Phase:
    """The phase that a status stands for."""
    return Phase(status) if status in set(Phase) else Phase.PROCESSING


def _names(value: Any) -> Any:
    """Tags come as `a,b` or as a list."""
    return [name for name in value.split(",") if name] if isinstance(value, str) else value


def _none(value: Any) -> Any:
    return () if value is None else value


Names = Annotated[tuple[str, ...], BeforeValidator(_names), BeforeValidator(_none)]


class Model(BaseModel):
    """Camel case outside, snake case inside; immutable."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="allow"
    )

    def wire(self) -> dict[str, Any]:
        """As the server sent it: its names, nothing added."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


def wires(models: Sequence[Model]) -> list[dict[str, Any]]:
    """A list of models as the server sent it."""
    return [model.wire() for model in models]


class Stats(Model):
    """When things happened to a job, and how long it rendered."""

    created_at: Moment | None = None
    updated_at: Moment | None = None
    started_at: Moment | None = None
    finished_at: Moment | None = None
    error_at: Moment | None = None
    total_assets: int | None = None
    render_duration: float | None = None  # seconds
    error: str | None = None


class Child(Model):
    """A child as its parent shows it."""

    id: str
    status: str = ""
    progress: float = 0.0  # percent
    output_url: str | None = None
    slot: str | None = None
    error: str | None = None
    missing_fonts: Names = ()


class TreeCounts(Model):
    """All jobs of a tree, counted; `progress` is percent, `cost` US dollars."""

    jobs: int = 0
    finished: int = 0
    failed: int = 0
    rendering: int = 0
    progress: float = 0.0
    cost: float = 0.0


class Output(Model):
    """What a render produced, as measured in the file: bytes, frames, pixels, seconds."""

    bytes: int
    frames: int
    width: int
    height: int
    fps: float
    duration: float


class Job(Model):
    """One render or one join."""

    id: str
    status: str
    kind: str = "render"
    """`render`, or `join`: clips in a row."""
    template_id: str | None = None
    composition: str | None = None
    stage: str | None = None
    """What its worker does at the moment."""
    in_line: bool = False
    """Its tree waits until the server has room for it."""
    progress: float = 0.0  # percent
    output_url: str | None = None
    error: str | None = None
    failed_job_id: str | None = None
    """The job of the tree in which the failure began, when that is another one."""
    parent_id: str | None = None
    slot: str | None = None
    """Layer of the parent that takes the output."""
    engine: str | None = None
    rendered_by: str | None = None
    attempt: int = 1
    missing_fonts: Names = ()
    warnings: Names = ()
    output: Output | None = None
    cost: float | None = None
    """US dollars so far, its children not included."""
    stats: Stats = Field(default_factory=Stats)
    children: tuple[Child, ...] = ()
    tree: TreeCounts | None = None
    batch_id: str | None = None
    tags: Names = ()
    priority: int | None = None

    @property
    def phase(self) -> Phase:
        """The status without its finer points."""
        return phase_of(self.status)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in TERMINAL

    @property
    def reason(self) -> str | None:
        """Why it failed."""
        return self.error or self.stats.error


class JobCreated(Model):
    """The answer to a submitted job."""

    id: str
    status: str
    output_url: str | None = None
    children: tuple[Child, ...] = ()
    missing_fonts: Names = ()
    warnings: Names = ()


class UploadInfo(Model):
    """Where a file is to be sent, without the key; `expires_in` is seconds."""

    url: str
    method: str = "PUT"
    expires_in: int | None = None
    key: str | None = None


class Template(Model):
    """A template, and what is in it."""

    id: str
    type: str
    display_name: str
    status: str
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
    """A composition of a template; pixels, seconds, frames per second."""

    model_config = ConfigDict(alias_generator=None)  # snake case outside, too

    aeid: str
    name: str
    width: int | float
    height: int | float
    duration: float
    frame_rate: float


class Layer(Model):
    """A layer of a template: `composition_id` is the number in its composition's `aeid`."""

    model_config = ConfigDict(alias_generator=None)

    aeid: int
    composition_id: int
    name: str
    width: int | float
    height: int | float
    in_point: float
    out_point: float
    layer_type: str | None = None
    source_type: str | None = None


class Font(Model):
    """A font of the team; `status` is absent on servers that take fonts in one step."""

    id: str
    family_name: str | None = None
    file_name: str | None = None
    created_at: Moment | None = None
    status: str | None = None
    error: str | None = None
    upload_info: UploadInfo | None = None


class Secret(Model):
    """A secret's name; its value never comes back."""

    id: str
    name: str
    created_at: Moment | None = None


class BatchJob(Model):
    """A job of a batch; `index` is its place in what was sent."""

    index: int
    id: str
    status: str
    output_url: str | None = None
    children: tuple[Child, ...] = ()
    missing_fonts: Names = ()
    warnings: Names = ()
    stats: Stats = Field(default_factory=Stats)


class BatchProblem(Model):
    """A job that was not accepted."""

    index: int
    error: str
    error_code: str | None = None


class BatchCreated(Model):
    """The answer to a batch: `created`, `partial` or `error`."""

    batch_id: str
    status: str
    total_jobs: int
    success_count: int
    jobs: tuple[BatchJob, ...] = ()
    errors: Annotated[tuple[BatchProblem, ...], BeforeValidator(_none)] = ()


class BatchStats(Model):
    """Jobs of a batch, counted; children do not count."""

    total: int
    finished: int
    error: int
    pending: int


class Batch(Model):
    """How far a batch is: `processing`, `finished` or `error`."""

    batch_id: str
    status: str
    stats: BatchStats
    jobs: tuple[BatchJob, ...] = ()


class CancelResult(Model):
    """What cancelling did to one job of a batch."""

    index: int
    id: str
    result: str
    status: str
    reason: str | None = None


class BatchCancellation(Model):
    """The answer to cancelling a batch: `cancelled`, `partial` or `unchanged`."""

    batch_id: str
    status: str
    total_jobs: int
    cancelled_count: int
    skipped_count: int
    jobs: tuple[CancelResult, ...] = ()
    cancelled_jobs: tuple[Job, ...] = ()
