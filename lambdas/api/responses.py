"""Answers in the contract's shapes."""

import json
from typing import Any

from aws_lambda_powertools.event_handler import Response

from intarsia.domain.views import View


def json_response(status: int, body: Any) -> Response[str]:
    """A JSON answer, of views or of plain values.

    Strict clients read the body only under a JSON content type.
    """
    return Response(
        status_code=status,
        content_type="application/json; charset=utf-8",
        body=json.dumps(body, separators=(",", ":"), default=_plain),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, View):
        return value.body()
    raise TypeError(f"{type(value).__name__} cannot be sent")


def error_response(
    status: int, message: str, *, details: list[dict[str, str]] | None = None
) -> Response[str]:
    """The contract's error body; `details` only where a request was refused."""
    body: dict[str, Any] = {"error": message}
    if details is not None:
        body["details"] = details
    return json_response(status, body)
