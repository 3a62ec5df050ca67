"""HTTP responses in the formats of the API contract."""

import json
from typing import Any

from aws_lambda_powertools.event_handler import Response

from intarsia.domain.views import View


def json_response(status: int, body: Any) -> Response[str]:
    """Return a JSON response; `body` is a view, a plain value, or a container of them.

    The content type is `application/json`, because strict clients do not parse a body of another
    type.
    """
    return Response(
        status_code=status,
        content_type="application/json; charset=utf-8",
        body=json.dumps(body, separators=(",", ":"), default=_plain),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, View):
        return value.body()
    raise TypeError(f"{type(value).__name__} cannot be encoded as JSON")


def error_response(
    status: int, message: str, *, details: list[dict[str, str]] | None = None
) -> Response[str]:
    """Return a response with the contract's error body: `{"error": message, "details"?}`.

    `details` are the problems, with `field` and `message` each; None leaves the field out.
    """
    body: dict[str, Any] = {"error": message}
    if details is not None:
        body["details"] = details
    return json_response(status, body)
