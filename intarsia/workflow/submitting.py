"""Submit: a request becomes a stored tree of jobs that waits for admission, or nothing at all."""

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
"""How long a client waits at most for the start of what it submitted, and of what stood before
it, counted from when writing began: of a large batch it need not wait for every start."""
LEAST_SECONDS = 1.0
"""How long at least, for something has to be under way whose end starts the next."""

Request = JobRequest | JoinRequest

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stores:
    """Where a submission writes."""

    admission: Admission
    renders: Objects
    manifests: ManifestStore
    trace: str | None = None
    """X-Ray's header of the request, under which all that follows from it is found."""


@dataclass(frozen=True)
class Tree:
    """A request that can be accepted."""

    jobs: list[Job]
    """The root last."""
    manifests: list[AnyManifest]
    webhook: Webhook | None

    @property
    def root(self) -> Job:
        """The job that the client asked for."""
        return self.jobs[-1]


def submit(stores: Stores, library: Library, request: Request) -> list[Job]:
    """Store the jobs of a request and put them in line; returns them, the root last.

    Raises RequestError for what the templates cannot take (all problems of all jobs at once)
    and NotFoundError for a template that the team does not have; nothing is stored then.
    """
    tree = prepare(library, request)
    store(stores, [tree])
    return tree.jobs


def prepare(library: Library, request: Request, *, batch_id: str | None = None) -> Tree:
    """Plan and check a request, as `submit` does, without storing anything."""
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
    """A job that names no engine takes the only After Effects there is, if it is of another year
    than the default."""
    work = job.work
    if not isinstance(work, RenderWork) or "engine" in work.settings.model_fields_set:
        return job
    years = [engine for engine in library.engines if engine is not Engine.OPEN]
    if work.settings.engine in years or len(years) != 1:
        return job
    settings = work.settings.model_copy(update={"engine": years[0]})
    return replace(job, work=replace(work, settings=settings))


def store(stores: Stores, trees: Sequence[Tree]) -> None:
    """Write trees and put them in line; all of them are written, or none.

    What there is room for is started at once.
    """
    begun = time.monotonic()
    jobs = [job for tree in trees for job in tree.jobs]
    manifests = [manifest for tree in trees for manifest in tree.manifests]
    # Manifests first: a job in the table can always be rendered. What a crash leaves here
    # without a job is expired by the bucket.
    places = stores.manifests.put_all(jobs[-1].id, manifests)
    with ThreadPoolExecutor(PARALLEL) as pool:
        hooked = [tree for tree in trees if tree.webhook]
        list(pool.map(lambda tree: _put_webhook(stores.renders, tree), hooked))
    stores.admission.jobs.create(
        [job.model_copy(update={"manifest": places[job.id], "trace": stores.trace}) for job in jobs]
    )
    # From here on the jobs are accepted and nothing is lost: the janitor finds a tree that is
    # not in line. An error now would only make its client submit it a second time.
    try:
        _put_in_line(stores.admission, trees, begun + SECONDS)
    except (BotoCoreError, ClientError):
        logger.warning("%d trees are left to the janitor", len(trees), exc_info=True)


def _put_in_line(admission: Admission, trees: Sequence[Tree], until: float) -> None:
    # Not before all the jobs stand: from here on anybody may start them.
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
