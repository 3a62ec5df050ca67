"""Variants on their way: sent in parts, each job known by its line."""

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
"""Bytes of jobs in one request; the rest is what stands around them."""


@dataclass
class Place:
    """What became of one line of the file."""

    line: int
    batch_id: str
    index: int
    """Place in its batch."""
    job_id: str | None = None
    status: str = "error"
    output_url: str | None = None
    error: str | None = None

    @property
    def refused(self) -> bool:
        """Whether the server did not accept it."""
        return self.job_id is None


@dataclass
class BatchRun:
    """All parts of one table that were sent."""

    created: list[BatchCreated] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def update(self, batch: Batch) -> None:
        """Take over how far the jobs of a batch are."""
        jobs = {job.index: job for job in batch.jobs}
        for place in self.places:
            if place.batch_id == batch.batch_id and place.index in jobs:
                job = jobs[place.index]
                place.status, place.error = job.status, job.stats.error
                place.output_url = job.output_url or place.output_url

    def exit_code(self) -> Exit:
        """A refused line is worse than a failed job, which is worse than a cancelled one."""
        if any(place.refused for place in self.places):
            return Exit.FAILED
        phases = {phase_of(place.status) for place in self.places}
        if Phase.ERROR in phases:
            return Exit.JOB_FAILED
        return Exit.JOB_CANCELLED if Phase.CANCELLED in phases else Exit.OK


def parts(variants: Sequence[Variant]) -> Iterator[list[Variant]]:
    """The variants in order, as many together as one request may hold: 1000, and BODY_ROOM."""
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
    """Submit one part as a batch and note what became of each line. Raises ClientError."""
    created = client.batches.create([variant.job for variant in part])
    run.created.append(created)
    places = [Place(variant.line, created.batch_id, index) for index, variant in enumerate(part)]
    for job in created.jobs:
        place = places[job.index]
        place.job_id, place.status, place.output_url = job.id, job.status, job.output_url
    for problem in created.errors:
        places[problem.index].error = problem.error
    run.places += places
