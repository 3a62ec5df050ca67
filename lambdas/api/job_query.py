"""Parsing of the query string of `GET /api/v2/jobs`."""

import re
from datetime import UTC, datetime
from typing import get_args

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia.domain.errors import Problem, RequestError
from intarsia.domain.states import Status
from intarsia.workflow.listing import JobQuery, Sort
from lambdas.api.requests import flag_of, number_of, query_of

SORTS: dict[str, Sort] = {sort: sort for sort in get_args(Sort)}
MOST_ROWS = 1000
"""Largest value of `limit`."""
TAGS = r"[a-zA-Z0-9-_]+(,[a-zA-Z0-9-_]+)*"
"""Pattern of the parameter `tags`."""


def job_query(router: Router) -> JobQuery:
    """Return the filters, order and page of jobs that the query string selects.

    Raises RequestError for an invalid value; the error names the parameter.
    """
    sort = query_of(router, "sort") or "oldest_first"
    if sort not in SORTS:
        raise RequestError([Problem("sort", f"must be one of {', '.join(SORTS)}")])
    return JobQuery(
        states=_states(query_of(router, "states")),
        exclude_states=_states(query_of(router, "exclude_states")) or frozenset(),
        created_after=_moment(router, "from_date"),
        created_before=_moment(router, "to_date"),
        offset=number_of(router, "from", 0, least=0, most=10**9),
        limit=number_of(router, "limit", 100, least=1, most=MOST_ROWS),
        sort=SORTS[sort],
        tags=_tags(query_of(router, "tags")),
        minimal=flag_of(router, "minimal"),
    )


def _states(given: str | None) -> frozenset[Status] | None:
    # An unknown status matches no job, as on the reference API.
    if given is None:
        return None
    wanted = {name.strip() for name in given.split(",")}
    return frozenset(status for status in Status if status.value in wanted)


def _tags(given: str | None) -> frozenset[str]:
    if given is None:
        return frozenset()
    if not re.fullmatch(TAGS, given):
        raise RequestError(
            [Problem("tags", "must be tags of letters, digits, - and _, separated by commas")]
        )
    return frozenset(given.split(","))


def _moment(router: Router, name: str) -> datetime | None:
    given = query_of(router, name)
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise RequestError(
            [Problem(name, "must be an ISO 8601 date, such as 2026-05-14T12:00:00.000Z")]
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
