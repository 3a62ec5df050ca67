"""Entry point of the HTTP API: routes of `/api/v2` and `/api/v3`, and responses for errors."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from intarsia.domain.errors import (
    ConflictError,
    GoneError,
    NotFoundError,
    RequestError,
    TooLargeError,
    UnauthorizedError,
)
from lambdas.api import (
    batches,
    documentation,
    fonts,
    jobs,
    outputs,
    secrets,
    templates,
    templates_v3,
)
from lambdas.api.auth import authenticate
from lambdas.api.responses import error_response

logger = Logger(service="api")

SEGMENT_LIMIT = 1024
"""Longest accepted segment of a path, in bytes.

No id is as long. The limit also keeps partition keys below 2,048 bytes, DynamoDB's maximum.
"""


def find_segments_too_long(
    app: APIGatewayHttpResolver, next_middleware: NextMiddleware
) -> Response[str]:
    """Return 404 for a path with a segment of more than SEGMENT_LIMIT bytes; otherwise continue.

    No id, token or name in a path is as long.
    """
    if any(len(part.encode()) > SEGMENT_LIMIT for part in app.current_event.path.split("/")):
        return error_response(
            404, f"not found: a part of the path has more than {SEGMENT_LIMIT} bytes"
        )
    return next_middleware(app)


app = APIGatewayHttpResolver()
app.use([authenticate, find_segments_too_long])
for area in (batches, documentation, fonts, jobs, outputs, secrets, templates, templates_v3):
    app.include_router(area.router)


@app.exception_handler(RequestError)
def _refused(error: RequestError) -> Response[str]:
    details = [{"field": each.field, "message": each.message} for each in error.problems]
    return error_response(400, str(error), details=details)


@app.exception_handler(UnauthorizedError)
def _unauthorized(error: UnauthorizedError) -> Response[str]:
    return error_response(401, str(error))


@app.exception_handler(NotFoundError)
def _not_found(error: NotFoundError) -> Response[str]:
    return error_response(404, str(error))


@app.exception_handler(GoneError)
def _gone(error: GoneError) -> Response[str]:
    return error_response(410, str(error))


@app.exception_handler(ConflictError)
def _conflict(error: ConflictError) -> Response[str]:
    return error_response(409, str(error))


@app.exception_handler(TooLargeError)
def _too_large(error: TooLargeError) -> Response[str]:
    return error_response(413, str(error))


@app.not_found
def _no_route(_error: NoRouteError) -> Response[str]:
    return error_response(
        404, f"no such endpoint: {app.current_event.http_method} {app.current_event.path}"
    )


@app.exception_handler(Exception)
def _internal(error: Exception) -> Response[str]:
    logger.error("unexpected", exc_info=error)
    return error_response(500, "internal error; the details are in the operator's log")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle one HTTP request from API Gateway, and return the response in its format.

    Every response has the request's id in `X-Request-Id`, so that a client's report can be found in
    the log.
    """
    answer = app.resolve(event, context)
    answer["headers"]["X-Request-Id"] = event["requestContext"]["requestId"]
    http = event["requestContext"]["http"]
    logger.info("answered", method=http["method"], path=http["path"], status=answer["statusCode"])
    return answer
