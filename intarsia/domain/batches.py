"""Batches: up to a thousand jobs in one request, and what became of them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from intarsia.domain.assets import Model
from intarsia.domain.job_views import ChildView, JobView, StatsView
from intarsia.domain.states import Status
from intarsia.domain.views import View

MOST_JOBS = 1000


class BatchRequest(Model):
    """A batch as a client asks for it; each job is looked at on its own."""

    jobs: Annotated[list[Any], Field(min_length=1, max_length=MOST_JOBS)]


class Batch(BaseModel):
    """A batch as it is stored."""

    id: str
    team_id: str
    jobs: dict[int, str]
    """Ids of the jobs that were accepted, by their place in the request."""
    created_at: datetime


class BatchError(View):
    """Why one job of a batch was refused."""

    index: int
    error: str
    error_code: Literal["VALIDATION_ERROR", "TEMPLATE_NOT_FOUND"]


class BatchJobCreated(View):
    """One job of a batch that was accepted."""

    index: int
    id: str
    status: Status
    output_url: str
    missing_fonts: list[str]
    children: list[ChildView] | None = None


class BatchCreated(View):
    """The answer to a batch's creation."""

    batch_id: str
    status: Literal["created", "partial", "error"]
    total_jobs: int
    success_count: int
    jobs: list[BatchJobCreated]
    errors: list[BatchError] | None = None


class BatchStats(View):
    """How many jobs of a batch are where."""

    total: int
    finished: int
    error: int
    """Ended as `error` or `manually_cancelled`."""
    pending: int


class BatchJobStatus(View):
    """One job of a batch."""

    index: int
    id: str
    status: Status
    output_url: str
    progress: float
    error: str | None
    stats: StatsView | None = None
    """Of jobs that have ended."""


class BatchStatus(View):
    """Where a batch is."""

    batch_id: str
    status: Literal["processing", "finished", "error"]
    stats: BatchStats
    jobs: list[BatchJobStatus]


class BatchJobCancelled(View):
    """What cancelling a batch did to one of its jobs."""

    index: int
    id: str
    result: Literal["cancelled", "skipped"]
    status: Status
    reason: str | None = None


class BatchCancelled(View):
    """The answer to a batch's cancelling."""

    batch_id: str
    status: Literal["cancelled", "partial", "unchanged"]
    total_jobs: int
    cancelled_count: int
    skipped_count: int
    jobs: list[BatchJobCancelled]
    cancelled_jobs: list[JobView]
