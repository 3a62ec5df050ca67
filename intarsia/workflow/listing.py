"""Filters, order and pages of the list of a team's jobs."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

from intarsia.domain.ids import to_milliseconds
from intarsia.domain.jobs import Job
from intarsia.domain.states import Status
from intarsia.storage.jobs import JobRepository

Sort = Literal["oldest_first", "newest_first", "random", "priority"]


@dataclass(frozen=True)
class JobQuery:
    """A filter, an order and a page of a team's jobs.

    `states` None selects every status. `offset` and `limit` count jobs. `minimal` selects nothing;
    it leaves `stats` out of the response.

    Both bounds of the creation time are inclusive. The creation time of a job is in whole
    milliseconds, so `created_after` is compared without its microseconds.
    """

    states: frozenset[Status] | None = None
    exclude_states: frozenset[Status] = frozenset()
    created_after: datetime | None = None
    created_before: datetime | None = None
    offset: int = 0
    limit: int = 100
    tags: frozenset[str] = frozenset()
    """Only jobs with at least one of these tags. If empty, tags do not matter."""
    sort: Sort = "oldest_first"
    minimal: bool = False


def list_jobs(jobs: JobRepository, team_id: str, query: JobQuery) -> list[Job]:
    """Return the page of a team's jobs that `query` selects.

    The order `priority` lists the highest priority first, and the oldest job among equals.
    """
    newest_first = query.sort == "newest_first"
    found: Iterator[Job] = (
        job for job in jobs.list_by_team(team_id, newest_first=newest_first) if _fits(job, query)
    )
    if query.sort == "random":
        found = _shuffled(found)
    if query.sort == "priority":
        found = iter(sorted(found, key=lambda job: -job.priority))
    return list(islice(found, query.offset, query.offset + query.limit))


def _fits(job: Job, query: JobQuery) -> bool:
    return (
        (query.states is None or job.status in query.states)
        and (not query.tags or not query.tags.isdisjoint(job.tags))
        and job.status not in query.exclude_states
        and (query.created_after is None or job.created_at >= to_milliseconds(query.created_after))
        and (query.created_before is None or job.created_at <= query.created_before)
    )


def _shuffled(jobs: Iterator[Job]) -> Iterator[Job]:
    everything = list(jobs)
    random.shuffle(everything)
    return iter(everything)
