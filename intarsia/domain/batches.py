"""Batches: up to a thousand jobs in one request, and their results."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from intarsia.domain.assets import Model
from intarsia.domain.job_views import ChildView, JobView, StatsView
from intarsia.domain.states import Status
from intarsia.domain.views import View

MOST_JOBS = 1000


class BatchRequest(Model):
    """A client's request for a batch; each job is validated on its own."""

    jobs: Annotated[list[Any], Field(min_length=1, max_length=MOST_JOBS)]


class Batch(BaseModel):
    """A batch as it is stored in the table."""

    id: str
    team_id: str
    jobs: dict[int, str]
    """Ids of the accepted jobs, by their position in the request, from 0."""
    created_at: datetime


class BatchError(View):
    """The reason why one job of a batch was rejected."""

    index: int
    error: str
    error_code: Literal["VALIDATION_ERROR", "TEMPLATE_NOT_FOUND"]


class BatchJobCreated(View):
    """An accepted job of a batch."""

    index: int
    id: str
    status: Status
    output_url: str
    missing_fonts: list[str]
    children: list[ChildView] | None = None


class BatchCreated(View):
    """The response to the creation of a batch."""

    batch_id: str
    status: Literal["created", "partial", "error"]
    total_jobs: int
    success_count: int
    jobs: list[BatchJobCreated]
    errors: list[BatchError] | None = None


class BatchStats(View):
    """Numbers of a batch's jobs: in all, and by status."""

    total: int
    finished: int
    error: int
    """Number of jobs that ended as `error` or `manually_cancelled`."""
    pending: int


class BatchJobStatus(View):
    """The status of one job of a batch."""

    index: int
    id: str
    status: Status
    output_url: str
    progress: float
    error: str | None
    stats: StatsView | None = None
    """Times, duration and error of the job; left out until it has ended."""


class BatchStatus(View):
    """The status of a batch and of each of its jobs."""

    batch_id: str
    status: Literal["processing", "finished", "error"]
    stats: BatchStats
    jobs: list[BatchJobStatus]


class BatchJobCancelled(View):
    """The effect of cancelling a batch on one of its jobs."""

    index: int
    id: str
    result: Literal["cancelled", "skipped"]
    status: Status
    reason: str | None = None


class BatchCancelled(View):
    """The response to cancelling a batch."""

    batch_id: str
    status: Literal["cancelled", "partial", "unchanged"]
    total_jobs: int
    cancelled_count: int
    skipped_count: int
    jobs: list[BatchJobCancelled]
    cancelled_jobs: list[JobView]
