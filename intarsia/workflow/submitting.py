"""Submission: conversion of a request into a stored tree of jobs that waits for admission.

A request's jobs are all stored, or none.
"""

import logging
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from botocore.exceptions import BotoCoreError, ClientError

from intarsia.domain.admission import FLEETS, line_of
from intarsia.domain.errors import RequestError
from intarsia.domain.ids import now
from intarsia.domain.jobs import Job
from intarsia.domain.manifests import (
    AnyManifest,
    FontFile,
    JoinManifest,
    Manifest,
    log_key,
    output_key,
)
from intarsia.domain.pieces import Piece
from intarsia.domain.requests import JobRequest, JoinRequest
from intarsia.domain.settings import Codec, Engine
from intarsia.domain.told import few_warnings
from intarsia.domain.trees import JoinWork, PlannedJob, RenderWork, plan_tree
from intarsia.domain.webhooks import Webhook, webhook_key
from intarsia.storage.manifests import ManifestStore
from intarsia.storage.objects import Objects
from intarsia.workflow.admitting import Admission, admit, waiting_of
from intarsia.workflow.asset_fonts import by_postscript_name
from intarsia.workflow.checking import Checked, check
from intarsia.workflow.library import Library

PARALLEL = 16  # objects written at a time
SECONDS = 12.0
"""Most seconds that a client waits for trees to start, counted from the first write.

This includes the start of trees ahead of its own in the queue. The start of a large batch may take
longer; its remaining trees are then admitted later.
"""
LEAST_SECONDS = 1.0
"""Fewest seconds for starting trees, even after SECONDS have passed.

At least one tree has to start, because its end starts the next.
"""

Request = JobRequest | JoinRequest

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stores:
    """The stores that a submission writes to."""

    admission: Admission
    renders: Objects
    manifests: ManifestStore
    trace: str | None = None
    """X-Ray trace header of the request, under which all later work for it is traced.

    None: the request is not traced.
    """


@dataclass(frozen=True)
class Tree:
    """A planned and checked request that can be stored."""

    jobs: list[Job]
    """All jobs of the tree: children before parents, the root last."""
    manifests: list[AnyManifest]
    webhook: Webhook | None

    @property
    def root(self) -> Job:
        """The job that the client requested."""
        return self.jobs[-1]


def submit(stores: Stores, library: Library, request: Request) -> list[Job]:
    """Store the jobs of a request, queue them for admission, and return them, the root last.

    Raises RequestError with all problems of all jobs if the request does not fit the templates.
    Raises NotFoundError if the team does not have a template. Nothing is stored in these cases.
    """
    tree = prepare(library, request)
    store(stores, [tree])
    return tree.jobs


def prepare(library: Library, request: Request, *, batch_id: str | None = None) -> Tree:
    """Plan and check a request without storing anything. Raises the same errors as `submit`.

    `batch_id` is recorded in the root; None if the request is not part of a batch.
    """
    planned = [_with_engine(library, job) for job in plan_tree(request)]
    checked = [check(library, job) for job in planned]
    problems = [problem for found in checked for problem in found.problems]
    if problems:
        raise RequestError(problems)
    manifests = [
        _manifest(library.team_id, job, found, request)
        for job, found in zip(planned, checked, strict=True)
    ]
    jobs = [
        _job(job, found, manifest, request, batch_id)
        for job, found, manifest in zip(planned, checked, manifests, strict=True)
    ]
    line = line_of(job.fleet for job in jobs)
    jobs = [job.model_copy(update={"line": line}) for job in jobs]
    return Tree(jobs, manifests, request.webhook)


def _with_engine(library: Library, job: PlannedJob) -> PlannedJob:
    """Return `job`, with the only After Effects on offer as its engine if it names none.

    The default engine is kept if it is on offer, or if not exactly one After Effects is.
    """
    work = job.work
    if not isinstance(work, RenderWork) or "engine" in work.settings.model_fields_set:
        return job
    years = [engine for engine in library.engines if engine is not Engine.OPEN]
    if work.settings.engine in years or len(years) != 1:
        return job
    settings = work.settings.model_copy(update={"engine": years[0]})
    return replace(job, work=replace(work, settings=settings))


def store(stores: Stores, trees: Sequence[Tree]) -> None:
    """Store trees and queue them for admission; all of them are stored, or none.

    Trees for which their fleet has room start immediately. If the trees cannot be queued, the
    janitor queues them later.
    """
    begun = time.monotonic()
    jobs = [job for tree in trees for job in tree.jobs]
    manifests = [manifest for tree in trees for manifest in tree.manifests]
    # Manifests first, so that every job in the table can be rendered. A crash may leave
    # manifests without a job, which expire by the bucket's lifecycle rule.
    places = stores.manifests.put_all(jobs[-1].id, manifests)
    with ThreadPoolExecutor(PARALLEL) as pool:
        hooked = [tree for tree in trees if tree.webhook]
        list(pool.map(lambda tree: _put_webhook(stores.renders, tree), hooked))
    stores.admission.jobs.create(
        [job.model_copy(update={"manifest": places[job.id], "trace": stores.trace}) for job in jobs]
    )
    # The jobs are accepted now: the janitor queues any tree that is missing in the queue. An
    # error would only make the client submit the trees a second time.
    try:
        _put_in_line(stores.admission, trees, begun + SECONDS)
    except (BotoCoreError, ClientError):
        logger.warning(
            "%d trees could not be queued; the janitor will retry", len(trees), exc_info=True
        )


def _put_in_line(admission: Admission, trees: Sequence[Tree], until: float) -> None:
    # Only after all jobs are stored: from here on any process may start them.
    for fleet in FLEETS:
        waiting = [
            waiting_of(tree.root, len(tree.jobs)) for tree in trees if tree.root.line == fleet
        ]
        if waiting:
            admission.lines.enqueue(fleet, waiting)
            admit(admission, fleet, seconds=max(until - time.monotonic(), LEAST_SECONDS))


def _put_webhook(renders: Objects, tree: Tree) -> None:
    if tree.webhook:
        renders.put_text(webhook_key(tree.root.id), tree.webhook.model_dump_json(by_alias=True))


def _manifest(team_id: str, job: PlannedJob, found: Checked, request: Request) -> AnyManifest:
    work = job.work
    upload = request.upload if job.parent_id is None else None
    if isinstance(work, JoinWork):
        return JoinManifest(
            job_id=job.id,
            team_id=team_id,
            output_key=output_key(team_id, job.id, "mp4"),
            log_key=log_key(job.id),
            upload=upload,
            clips=list(work.clips),
        )
    settings, template = work.settings, found.template
    codec = settings.resolved_codec(in_slot=job.slot is not None)
    return Manifest(
        job_id=job.id,
        team_id=team_id,
        template_id=work.template_id,
        template_key=template.key if template else None,
        template_src=work.template_src,
        template_type=template.type if template else None,
        composition=found.composition,
        assets=by_postscript_name(work.assets, found.fonts),
        fonts=[FontFile(key=font.key, file_name=font.file_name) for font in found.fonts],
        media=settings.type,
        codec=codec,
        quality=settings.quality,
        engine=settings.engine,
        frames=settings.first_and_last,
        pieces=found.pieces,
        output_key=output_key(team_id, job.id, _extension(work, codec)),
        log_key=log_key(job.id),
        upload=upload,
    )


def _extension(work: RenderWork, codec: Codec) -> str:
    settings = work.settings
    several_images = settings.type == "image" and not settings.one_frame
    return "zip" if several_images or settings.type == "aep" else codec.extension


def _job(
    planned: PlannedJob,
    found: Checked,
    manifest: AnyManifest,
    request: Request,
    batch_id: str | None,
) -> Job:
    moment = now()
    work = planned.work
    is_root = planned.parent_id is None
    render = work if isinstance(work, RenderWork) else None
    engine = render.settings.engine if render else Engine.OPEN
    packs_only = render is not None and render.media == "aep"
    return Job(
        id=planned.id,
        team_id=manifest.team_id,
        parent_id=planned.parent_id,
        root_id=planned.root_id,
        slot=planned.slot,
        children=list(planned.children),
        kind=manifest.kind,
        template_id=render.template_id if render else None,
        composition=found.composition,
        engine=engine,
        fleet="linux" if engine is Engine.OPEN or packs_only else "gpu",
        batch_id=batch_id if is_root else None,
        tags=request.tags,
        priority=request.priority,
        pieces=[Piece()] * found.pieces if found.pieces > 1 else [],
        font_ids=[font.id for font in found.fonts],
        has_webhook=is_root and request.webhook is not None,
        public_url=manifest.upload.url(manifest.file_name) if manifest.upload else None,
        status=planned.status,
        total_assets=len(work.assets if isinstance(work, RenderWork) else work.clips),
        output_name=manifest.file_name,
        output_token=secrets.token_urlsafe(16),
        output_key=manifest.output_key,
        created_at=moment,
        updated_at=moment,
        missing_fonts=found.missing_fonts,
        submit_warnings=few_warnings([f"{each.field}: {each.message}" for each in found.warnings]),
    )
