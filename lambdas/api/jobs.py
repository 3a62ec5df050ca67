"""`/api/v2/jobs`."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia.domain.errors import NotFoundError
from intarsia.domain.jobs import Job, created_view, job_view
from intarsia.domain.manifests import log_key
from intarsia.domain.requests import parse_job_request
from intarsia.storage.objects import ObjectNotFoundError
from intarsia.workflow.listing import list_jobs
from intarsia.workflow.submitting import Stores, submit
from lambdas import dependencies
from lambdas.api.job_query import job_query
from lambdas.api.requests import body_of, origin_of, team_of
from lambdas.api.responses import json_response

router = Router()


@router.post("/api/v2/jobs")
def create_job() -> Response[str]:
    """Accept a job of any depth."""
    request = parse_job_request(body_of(router))
    stores = Stores(
        templates=dependencies.templates(),
        projects=dependencies.projects(),
        jobs=dependencies.jobs(),
        renders=dependencies.renders(),
        executions=dependencies.executions(),
    )
    jobs = submit(stores, team_of(router), request)
    return json_response(201, created_view(jobs, origin_of(router)))


@router.get("/api/v2/jobs")
def get_jobs() -> Response[str]:
    """A bare array of the team's jobs."""
    query = job_query(router)
    found = list_jobs(dependencies.jobs(), team_of(router), query)
    origin = origin_of(router)
    return json_response(200, [job_view(job, origin, minimal=query.minimal) for job in found])


@router.get("/api/v2/jobs/<job_id>")
def get_job(job_id: str) -> Response[str]:
    """One job, with its children."""
    job = _own_job(job_id)
    children = dependencies.jobs().get_many(job.children)
    return json_response(200, job_view(job, origin_of(router), children=children))


@router.get("/api/v2/jobs/<job_id>/logs")
def get_logs(job_id: str) -> Response[str]:
    """The job's log, as plain text."""
    _own_job(job_id)
    try:
        text = dependencies.renders().get_text(log_key(job_id))
    except ObjectNotFoundError:
        raise NotFoundError(f"job {job_id} has no log yet") from None
    return Response(
        status_code=200,
        content_type="text/plain; charset=utf-8",
        body=text,
        headers={
            "Content-Disposition": f'inline; filename="{job_id}.log"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _own_job(job_id: str) -> Job:
    job = dependencies.jobs().get(job_id)
    if job is None or job.team_id != team_of(router):
        raise NotFoundError(f"job {job_id} not found")
    return job
