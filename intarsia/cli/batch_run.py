"""Submission of the jobs made from a CSV file in batches, and their results by line."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from intarsia.cli.exits import Exit
from intarsia.cli.rows import Variant
from intarsia.client import Client
from intarsia.client.batches import MOST_JOBS
from intarsia.client.models import Batch, BatchCreated, Phase, phase_of
from intarsia.domain.bodies import BODY_LIMIT

BODY_ROOM = BODY_LIMIT - 1000
"""Largest size of the jobs in one request, in bytes. The other 1000 bytes of BODY_LIMIT are for the
JSON around them."""


@dataclass
class Place:
    """Batch, job and result of one line of the CSV file."""

    line: int
    batch_id: str
    index: int
    """Position of the job in its batch, from 0."""
    job_id: str | None = None
    """Id of the job; None if the server refused it."""
    status: str = "error"
    output_url: str | None = None
    error: str | None = None

    @property
    def refused(self) -> bool:
        """Return whether the server refused the line's job."""
        return self.job_id is None


@dataclass
class BatchRun:
    """The batches submitted for one CSV file, and the results of its lines."""

    created: list[BatchCreated] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def update(self, batch: Batch) -> None:
        """Copy status, error and output URL of a batch's jobs to the results of their lines."""
        jobs = {job.index: job for job in batch.jobs}
        for place in self.places:
            if place.batch_id == batch.batch_id and place.index in jobs:
                job = jobs[place.index]
                place.status, place.error = job.status, job.stats.error
                place.output_url = job.output_url or place.output_url

    def exit_code(self) -> Exit:
        """Return the command's exit code, for the worst result of all lines.

        A refused job is worse than a failed one, and a failed one is worse than a cancelled one.
        """
        if any(place.refused for place in self.places):
            return Exit.FAILED
        phases = {phase_of(place.status) for place in self.places}
        if Phase.ERROR in phases:
            return Exit.JOB_FAILED
        return Exit.JOB_CANCELLED if Phase.CANCELLED in phases else Exit.OK


def parts(variants: Sequence[Variant]) -> Iterator[list[Variant]]:
    """Yield the variants in order, in lists that each fit into one request.

    A list has at most MOST_JOBS jobs and BODY_ROOM bytes. A larger job still gets a list of its
    own.
    """
    part: list[Variant] = []
    room = BODY_ROOM
    for variant in variants:
        size = len(json.dumps(variant.job, ensure_ascii=False).encode()) + 1
        if part and (len(part) == MOST_JOBS or size > room):
            yield part
            part, room = [], BODY_ROOM
        part.append(variant)
        room -= size
    yield part


def send(client: Client, part: Sequence[Variant], run: BatchRun) -> None:
    """Submit the variants in `part` as a batch, and add the result of each line to `run`.

    Raises the API client's ClientError if the request fails.
    """
    created = client.batches.create([variant.job for variant in part])
    run.created.append(created)
    places = [Place(variant.line, created.batch_id, index) for index, variant in enumerate(part)]
    for job in created.jobs:
        place = places[job.index]
        place.job_id, place.status, place.output_url = job.id, job.status, job.output_url
    for problem in created.errors:
        places[problem.index].error = problem.error
    run.places += places
