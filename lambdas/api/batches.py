"""Routes of `/api/v2/batches`: submission, status and cancelling of batches of jobs."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia.domain.batches import Batch, BatchRequest
from intarsia.domain.requests import parse
from intarsia.workflow.batching import batch_of, batch_status, cancel_batch, create_batch
from lambdas import dependencies
from lambdas.api.requests import body_of, checked_id, origin_of, team_of
from lambdas.api.responses import json_response

router = Router()


@router.post("/api/v2/batches")
def post_batch() -> Response[str]:
    """Submit the valid jobs of the batch in the JSON body, and report the errors of the others.

    The status is 201 if at least one job is accepted, otherwise 400 with the same kind of body.
    Raises RequestError if the body is not a batch, or has too many jobs.
    """
    created = create_batch(
        dependencies.stores(),
        dependencies.batches(),
        dependencies.library(team_of(router)),
        parse(BatchRequest, body_of(router)).jobs,
        origin_of(router),
    )
    return json_response(400 if created.status == "error" else 201, created)


@router.get("/api/v2/batches/<batch_id>")
def get_batch(batch_id: str) -> Response[str]:
    """Return the status of a batch and of its jobs.

    Raises RequestError for a malformed id, and NotFoundError if the team has no such batch.
    """
    batch = _own_batch(batch_id)
    return json_response(200, batch_status(dependencies.jobs(), batch, origin_of(router)))


@router.post("/api/v2/batches/<batch_id>/cancel")
def post_cancel(batch_id: str) -> Response[str]:
    """Cancel the jobs of a batch that have not started to render, with their trees.

    Returns the result for each job of the batch. Raises RequestError for a malformed id, and
    NotFoundError if the team has no such batch.
    """
    return json_response(
        200,
        cancel_batch(
            dependencies.jobs(),
            dependencies.executions(),
            _own_batch(batch_id),
            origin_of(router),
        ),
    )


def _own_batch(batch_id: str) -> Batch:
    return batch_of(dependencies.batches(), team_of(router), checked_id(batch_id))
