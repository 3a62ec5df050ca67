"""Routes of `/api/v2/jobs`: submission, reading and cancelling of jobs."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia.domain.errors import NotFoundError
from intarsia.domain.job_views import created_view, job_view
from intarsia.domain.jobs import Job
from intarsia.domain.manifests import log_key
from intarsia.domain.requests import CancelRequest, JobRequest, JoinRequest, parse
from intarsia.storage.objects import ObjectNotFoundError
from intarsia.workflow.cancelling import cancel
from intarsia.workflow.listing import list_jobs
from intarsia.workflow.standing_in_line import in_line
from intarsia.workflow.submitting import Request, submit
from lambdas import dependencies
from lambdas.api.job_query import job_query
from lambdas.api.requests import body_of, checked_id, flag_of, origin_of, team_of
from lambdas.api.responses import json_response

logger = Logger(service="api")
router = Router()


@router.post("/api/v2/jobs")
def create_job() -> Response[str]:
    """Submit the job in the JSON body, with child jobs nested at any depth.

    Returns the job and its children (201). Raises RequestError if any job of the tree is invalid.
    """
    return _submit(parse(JobRequest, body_of(router)))


@router.post("/api/v2/jobs/join")
def create_join_job() -> Response[str]:
    """Submit the join of clips in the JSON body, and return the created job (201).

    Raises RequestError if the join, or a job in it, is invalid.
    """
    return _submit(parse(JoinRequest, body_of(router)))


@router.get("/api/v2/jobs")
def get_jobs() -> Response[str]:
    """Return one page of the team's jobs as a bare JSON array.

    Raises RequestError for an invalid query parameter.
    """
    query = job_query(router)
    found = list_jobs(dependencies.jobs(), team_of(router), query)
    origin = origin_of(router)
    waiting = in_line(dependencies.lines(), found)
    return json_response(
        200,
        [job_view(job, origin, in_line=job.id in waiting, minimal=query.minimal) for job in found],
    )


@router.get("/api/v2/jobs/<job_id>")
def get_job(job_id: str) -> Response[str]:
    """Return one job, with its children and the totals of its tree.

    Raises NotFoundError if the team has no such job.
    """
    job = _own_job(job_id)
    tree = dependencies.jobs().trees([job])
    waiting = in_line(dependencies.lines(), [job])
    view = job_view(job, origin_of(router), in_line=job.id in waiting, tree=tree)
    return json_response(200, view)


@router.get("/api/v2/jobs/<job_id>/logs")
def get_logs(job_id: str) -> Response[str]:
    """Return a job's log as plain text.

    Raises RequestError for a malformed id. Raises NotFoundError if the team has no such job, or if
    the job has no log yet.
    """
    _own_job(checked_id(job_id))
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


@router.patch("/api/v2/jobs/<job_id>/cancel")
def cancel_job(job_id: str) -> Response[str]:
    """Cancel one job with its tree, and return every job that was cancelled.

    Raises NotFoundError if the team has no such job. Raises ConflictError if the job has ended, or
    is rendering without `force=true` in the query.
    """
    return _cancel([checked_id(job_id)])


@router.post("/api/v2/jobs/cancel")
def cancel_jobs() -> Response[str]:
    """Cancel the jobs listed in the JSON body with their trees, and return every cancelled job.

    Cancels none if one of them cannot be cancelled; raises NotFoundError or ConflictError then, as
    `cancel_job` does.
    """
    return _cancel(parse(CancelRequest, body_of(router)).jobs)


def _submit(request: Request) -> Response[str]:
    jobs = submit(dependencies.stores(), dependencies.library(team_of(router)), request)
    for job in jobs:
        logger.info("submitted", job_id=job.id, correlation_id=job.root_id)
    return json_response(201, created_view(jobs, origin_of(router)))


def _cancel(job_ids: list[str]) -> Response[str]:
    cancelled = cancel(
        dependencies.jobs(),
        dependencies.executions(),
        team_of(router),
        job_ids,
        rendering=flag_of(router, "force"),
    )
    origin = origin_of(router)
    return json_response(200, [job_view(job, origin) for job in cancelled])


def _own_job(job_id: str) -> Job:
    job = dependencies.jobs().get(job_id)
    if job is None or job.team_id != team_of(router):
        raise NotFoundError(f"job {job_id} not found")
    return job
