"""Authentication of API requests: a bearer token (API key) identifies a team."""

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from intarsia.domain.errors import UnauthorizedError
from lambdas import dependencies
from lambdas.api.responses import error_response

OPEN_PATHS = frozenset({"/api/v2/openapi.json", "/api/v2/docs"})
"""Paths that need no API key, because the documentation is the same for all teams."""
OPEN_PREFIXES = ("/api/v2/docs/", "/api/v2/outputs/")
"""Beginnings of paths that need no API key.

Output URLs contain a secret of their own instead, because players and browsers send no header.
"""


def authenticate(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[str]:
    """Store the id of the key's team in the request's context, and continue the request.

    Returns 401 for a missing or unknown API key. Open paths need none.
    """
    path = app.current_event.path
    if path not in OPEN_PATHS and not path.startswith(OPEN_PREFIXES):
        try:
            app.append_context(team_id=_team(app.current_event.headers.get("authorization")))
        except UnauthorizedError as error:
            return error_response(401, str(error))
    return next_middleware(app)


def _team(header: str | None) -> str:
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthorizedError("the API key is missing; send it as Authorization: Bearer <key>")
    team_id = dependencies.keys().team_of(token.strip())
    if team_id is None:
        raise UnauthorizedError("the API key is unknown")
    return team_id
