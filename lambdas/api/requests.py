"""Access to the parts of an API request: team, body, ids, origin and query parameters."""

import os
import re
from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia import names
from intarsia.domain.bodies import parse_json
from intarsia.domain.errors import Problem, RequestError
from intarsia.domain.ids import JOB_ID_PATTERN


def team_of(router: Router) -> str:
    """Return the id of the team that the request's API key belongs to."""
    return str(router.context["team_id"])


def body_of(router: Router) -> Any:
    """Return the request's JSON body, decoded. Raises RequestError if it is not JSON in UTF-8."""
    try:
        return parse_json(router.current_event.decoded_body or "")
    except UnicodeDecodeError:
        raise RequestError([Problem("", "body is not UTF-8 text")]) from None


def checked_id(given: str) -> str:
    """Return `given`, a job's or batch's id in a path. Raises RequestError unless it is a ULID."""
    if not re.fullmatch(JOB_ID_PATTERN, given):
        raise RequestError(
            [Problem("id", "must be a ULID: 26 digits and capital letters without I, L, O and U")]
        )
    return given


def origin_of(router: Router) -> str:
    """Return the scheme and host under which clients reach this API, without a final slash.

    They are taken from ENV_PUBLIC_URL. If it is not set, they are `https` and API Gateway's domain.
    """
    configured = os.environ.get(names.ENV_PUBLIC_URL, "")
    return configured.rstrip("/") or f"https://{router.current_event.request_context.domain_name}"


def number_of(router: Router, name: str, default: int, *, least: int, most: int) -> int:
    """Return the query parameter `name` as a whole number, or `default` if it is absent or empty.

    Raises RequestError for anything but a number from `least` to `most`.
    """
    given = query_of(router, name)
    if given is None:
        return default
    if not re.fullmatch("[0-9]{1,100}", given) or not least <= int(given) <= most:
        raise RequestError([Problem(name, f"must be a whole number from {least} to {most}")])
    return int(given)


def flag_of(router: Router, name: str) -> bool:
    """Return whether the query parameter `name` is `true`; False if it is absent or empty.

    Raises RequestError for anything but `true` and `false`.
    """
    given = query_of(router, name) or "false"
    if given not in {"true", "false"}:
        raise RequestError([Problem(name, 'must be "true" or "false"')])
    return given == "true"


def query_of(router: Router, name: str) -> str | None:
    """Return the value of the query parameter `name`; None if it is absent or empty."""
    return router.current_event.query_string_parameters.get(name) or None
