"""Submit: a request becomes a stored tree of jobs whose root is started, or nothing at all."""

import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from intarsia.domain.errors import NotFoundError, Problem, RequestError
from intarsia.domain.ids import now
from intarsia.domain.jobs import Job
from intarsia.domain.manifests import Manifest, log_key, manifest_key, output_key
from intarsia.domain.requests import JobRequest
from intarsia.domain.settings import Engine
from intarsia.domain.templates import Template, TemplateStatus
from intarsia.domain.trees import PlannedJob, plan_tree
from intarsia.projects.checks import check_assets, check_composition
from intarsia.projects.facts import ProjectFacts
from intarsia.storage.executions import Executions
from intarsia.storage.jobs import JobRepository
from intarsia.storage.objects import Objects
from intarsia.storage.templates import TemplateRepository

PARALLEL_WRITES = 16  # manifests written at a time

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stores:
    """Where a submission reads and writes."""

    templates: TemplateRepository
    projects: Objects
    jobs: JobRepository
    renders: Objects
    executions: Executions


def submit(stores: Stores, team_id: str, request: JobRequest) -> list[Job]:
    """Store and start the jobs of a request; returns them, the root last.

    Raises RequestError for what the templates cannot take (all problems of all jobs at once)
    and NotFoundError for a template that the team does not have; nothing is stored then.
    """
    planned = plan_tree(request)
    templates = _templates(stores.templates, team_id, planned)
    facts = _facts(stores.projects, templates)
    checked = {job.id: _checked(job, templates, facts) for job in planned}
    problems = [problem for found in checked.values() for problem in found.problems]
    if problems:
        raise RequestError(problems)
    manifests = [_manifest(job, team_id, templates, facts) for job in planned]
    jobs = [
        _job(job, manifest, [f"{each.field}: {each.message}" for each in checked[job.id].warnings])
        for job, manifest in zip(planned, manifests, strict=True)
    ]
    _store(stores, jobs, manifests)
    return jobs


def _store(stores: Stores, jobs: list[Job], manifests: list[Manifest]) -> None:
    # Manifests first: a job in the table can always be rendered. What a crash leaves here
    # without a job is expired by the bucket.
    with ThreadPoolExecutor(PARALLEL_WRITES) as pool:
        list(
            pool.map(
                lambda manifest: stores.renders.put_text(
                    manifest_key(manifest.job_id), manifest.model_dump_json(by_alias=True)
                ),
                manifests,
            )
        )
    stores.jobs.create_tree(jobs)
    # From here on the job is accepted and nothing is lost: the janitor starts a root that has no
    # execution. An error now would only make its client submit it a second time.
    try:
        stores.executions.start(jobs[-1].id)
    except (BotoCoreError, ClientError):
        logger.warning("job %s is left to the janitor", jobs[-1].id, exc_info=True)


def _templates(
    repository: TemplateRepository, team_id: str, planned: list[PlannedJob]
) -> dict[str, Template]:
    found: dict[str, Template] = {}
    problems = []
    for job in planned:
        template = found.get(job.template_id) or repository.get(job.template_id)
        if template is None or template.team_id != team_id:
            raise NotFoundError(f"template {job.template_id} not found")
        if template.status is not TemplateStatus.UPLOADED:
            reason = template.error or 'try again when its status is "uploaded"'
            message = f"template {template.id} is {template.status}: {reason}"
            problems.append(Problem(_at(job.field, "template.id"), message))
        found[template.id] = template
    if problems:
        raise RequestError(problems)
    return found


def _facts(projects: Objects, templates: dict[str, Template]) -> dict[str, ProjectFacts]:
    return {
        template.id: ProjectFacts.model_validate_json(projects.get_text(template.facts_key))
        for template in templates.values()
    }


@dataclass(frozen=True)
class _Checked:
    problems: list[Problem]
    warnings: list[Problem]


def _checked(
    job: PlannedJob, templates: dict[str, Template], facts: dict[str, ProjectFacts]
) -> _Checked:
    project = facts[templates[job.template_id].id]
    found: list[Problem] = []
    if job.composition is None:
        if len(project.compositions) != 1:
            names = ", ".join(f'"{comp.name}"' for comp in project.compositions)
            found.append(Problem("template.composition", f"is required; the template has {names}"))
    elif problem := check_composition(project, job.composition):
        found.append(problem)
    found += _frames_in_range(job, project)
    problems, warnings = check_assets(project, job.assets)
    return _Checked(
        [Problem(_at(job.field, each.field), each.message) for each in found + problems],
        [Problem(_at(job.field, each.field), each.message) for each in warnings],
    )


def _frames_in_range(job: PlannedJob, project: ProjectFacts) -> list[Problem]:
    wanted = job.settings.first_and_last
    composition = _composition(job, project)
    for comp in project.compositions:
        if comp.name == composition and wanted and wanted[1] >= comp.frames:
            message = f'composition "{comp.name}" has frames 0 to {comp.frames - 1}'
            return [Problem("settings.frames", message)]
    return []


def _composition(job: PlannedJob, project: ProjectFacts) -> str:
    return job.composition or project.compositions[0].name if project.compositions else ""


def _manifest(
    job: PlannedJob,
    team_id: str,
    templates: dict[str, Template],
    facts: dict[str, ProjectFacts],
) -> Manifest:
    template = templates[job.template_id]
    settings = job.settings
    codec = settings.resolved_codec(nested=job.parent_id is not None)
    several_images = settings.type == "image" and not settings.one_frame
    return Manifest(
        job_id=job.id,
        team_id=team_id,
        template_id=template.id,
        template_key=template.key,
        template_type=template.type,
        composition=_composition(job, facts[template.id]),
        assets=list(job.assets),
        media=settings.type,
        codec=codec,
        quality=settings.quality,
        engine=settings.engine,
        frames=settings.first_and_last,
        output_key=output_key(team_id, job.id, "zip" if several_images else codec.extension),
        log_key=log_key(job.id),
    )


def _job(
    planned: PlannedJob,
    manifest: Manifest,
    warnings: list[str],
) -> Job:
    moment = now()
    return Job(
        id=planned.id,
        team_id=manifest.team_id,
        parent_id=planned.parent_id,
        root_id=planned.root_id,
        slot=planned.slot,
        children=list(planned.children),
        template_id=manifest.template_id,
        composition=manifest.composition,
        engine=manifest.engine,
        fleet="linux" if manifest.engine is Engine.OPEN else "gpu",
        status=planned.status,
        total_assets=len(planned.assets),
        output_name=manifest.output_key.rpartition("/")[2],
        output_token=secrets.token_urlsafe(16),
        output_key=manifest.output_key,
        created_at=moment,
        updated_at=moment,
        submit_warnings=warnings,
    )


def _at(prefix: str, field: str) -> str:
    return f"{prefix}.{field}" if prefix else field
