"""What a request brings: its team, its body, its origin, its numbers."""

import os
import re
from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia import names
from intarsia.domain.bodies import parse_json
from intarsia.domain.errors import Problem, RequestError
from intarsia.domain.ids import JOB_ID_PATTERN


def team_of(router: Router) -> str:
    """The team that the request acts for."""
    return str(router.context["team_id"])


def body_of(router: Router) -> Any:
    """The decoded JSON body. Raises RequestError."""
    try:
        return parse_json(router.current_event.decoded_body or "")
    except UnicodeDecodeError:
        raise RequestError([Problem("", "body is not UTF-8 text")]) from None


def checked_id(given: str) -> str:
    """The id of a job or batch in a path. Raises RequestError for what none can be."""
    if not re.fullmatch(JOB_ID_PATTERN, given):
        raise RequestError([Problem("id", f"must match {JOB_ID_PATTERN}")])
    return given


def origin_of(router: Router) -> str:
    """Scheme and host under which clients reach this API."""
    configured = os.environ.get(names.ENV_PUBLIC_URL, "")
    return configured.rstrip("/") or f"https://{router.current_event.request_context.domain_name}"


def number_of(router: Router, name: str, default: int, *, least: int, most: int) -> int:
    """A whole number from the query string. Raises RequestError outside `least` to `most`."""
    given = query_of(router, name)
    if given is None:
        return default
    if not re.fullmatch("[0-9]{1,100}", given) or not least <= int(given) <= most:
        raise RequestError([Problem(name, f"must be a whole number from {least} to {most}")])
    return int(given)


def flag_of(router: Router, name: str) -> bool:
    """Whether a query parameter is `true`. Raises RequestError for anything but true and false."""
    given = query_of(router, name) or "false"
    if given not in {"true", "false"}:
        raise RequestError([Problem(name, 'must be "true" or "false"')])
    return given == "true"


def query_of(router: Router, name: str) -> str | None:
    """A query parameter, None when absent or empty."""
    return router.current_event.query_string_parameters.get(name) or None
