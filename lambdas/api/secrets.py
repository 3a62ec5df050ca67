"""Routes of `/api/v2/secrets`. Values are write-only: no response contains one."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia.domain.errors import NotFoundError
from intarsia.domain.requests import parse
from intarsia.domain.secrets import SecretDeletedView, SecretRequest, secret_view
from lambdas import dependencies
from lambdas.api.requests import body_of, team_of
from lambdas.api.responses import json_response

router = Router()


@router.put("/api/v2/secrets")
def create_secret() -> Response[str]:
    """Create a secret from the JSON body, and return it without its value (201).

    Raises RequestError for an invalid body, and ConflictError if the team already has a secret of
    this name.
    """
    request = parse(SecretRequest, body_of(router))
    secret = dependencies.secrets().create(team_of(router), request.name, request.value)
    return json_response(201, secret_view(secret))


@router.get("/api/v2/secrets")
def list_secrets() -> Response[str]:
    """Return the team's secrets without their values, as a bare JSON array, oldest first."""
    found = dependencies.secret_records().list_by_team(team_of(router))
    return json_response(200, [secret_view(secret) for secret in found])


@router.delete("/api/v2/secrets/<secret_id>")
def delete_secret(secret_id: str) -> Response[str]:
    """Delete a secret permanently, and return its id and name. The name can be reused immediately.

    Raises NotFoundError if the team has no such secret.
    """
    for secret in dependencies.secret_records().list_by_team(team_of(router)):
        if secret.id == secret_id:
            dependencies.secrets().delete(secret)
            gone = SecretDeletedView(id=secret.id, name=secret.name, deleted=True)
            return json_response(200, gone)
    raise NotFoundError(f"secret {secret_id} not found")
