"""Routes of `/api/v2/outputs`: redirects from stable output URLs to presigned URLs."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia.domain.errors import NotFoundError
from intarsia.domain.output_urls import OutputUrl
from lambdas import dependencies

LINK_SECONDS = 900
"""Validity of a presigned URL in seconds."""

router = Router()


@router.get("/api/v2/outputs/<job_id>/<token>/<name>")
def get_output(job_id: str, token: str, name: str) -> Response[str]:
    """Redirect (302) to a finished job's output, by a presigned URL.

    Raises NotFoundError if the job has not finished, or if any part of the path is wrong.
    """
    job = dependencies.jobs().get(job_id)
    if job is None or not OutputUrl(job_id, token, name).leads_to(job):
        raise NotFoundError("no such output, or its job has not finished")
    url = dependencies.renders().presign_get(
        job.output_key, LINK_SECONDS, file_name=job.output_name
    )
    return Response(
        status_code=302,
        content_type="text/plain; charset=utf-8",
        body=url,
        headers={"Location": url, "Cache-Control": "no-store"},
    )
