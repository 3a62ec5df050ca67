"""Gaps in the emulator's IAM: requests that it judged by another action or key than they use.

MiniStack finds a request's action in several places: `Action` in the query, in a form, the header
`x-amz-target`, the path. Its services read one of them each. `emulator_gate` refuses requests
that name their action twice; what remains is closed here, in favour of a refusal.
"""
# ruff: noqa: SLF001 - reaching into another package's modules is what this file is for

import contextlib
import json
from typing import Any

from ministack import app
from ministack.core import iam_actions

UNKNOWN_ACTION = "emulator:UnknownAction"
"""No policy grants it by name, so only the operator may do what it stands for."""

UNKNOWN_KEY = ""
"""The partition key of a request that names none: no pattern of ours is like it."""


def install() -> None:
    """Replace the functions that decide by what a request is judged."""
    app._authenticate_only = _only_the_operator
    app._handle_ecr_registry_request = _not_served
    iam_actions.extract_iam_action = _with_objects_by_path(iam_actions.extract_iam_action)
    iam_actions.dynamodb_service_context = _with_leading_keys(iam_actions.dynamodb_service_context)


def _only_the_operator(
    service: str, headers: dict[str, str], query: dict[str, list[str]], request_id: str
) -> Any:
    """Refuse what MiniStack finds no action of IAM for; it let every principal do that.

    Among it: `response-streaming-invocations`, which runs any function.
    """
    return app._enforce_data_plane(service, UNKNOWN_ACTION, headers, query, request_id)


async def _not_served(*_request: Any) -> None:
    """Leave the registry of images out, which asks for no permission and which nothing uses."""


def _with_objects_by_path(original: Any) -> Any:
    """S3 acts by method, path and query; an `Action` elsewhere was judged instead."""

    def extract(service: str, method: str, path: str, *rest: Any) -> Any:
        if service == "s3":
            query = {name: values for name, values in rest[-1].items() if name != "Action"}
            rest = ({}, b"", query)
        return original(service, method, path, *rest)

    return extract


def _with_leading_keys(original: Any) -> Any:
    """Conditions on the partition key of an item were not looked at: every one was met."""

    def context(body: bytes) -> dict[str, Any]:
        found: dict[str, Any] = original(body)
        return found | {"dynamodb:LeadingKeys": leading_keys(body)}

    return context


def leading_keys(body: bytes) -> list[str]:
    """Return the partition keys of all items that a request to DynamoDB names.

    The table's partition key is called `pk`. A request that names none, such as a Scan, has
    UNKNOWN_KEY: a condition "for all values" is met by no value at all.
    """
    with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
        if found := [item["pk"]["S"] for item in _items(json.loads(body))]:
            return found
    return [UNKNOWN_KEY]


def _items(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Items and keys of one request, of a transaction's parts and of a batch's."""
    parts = [data]
    for step in data.get("TransactItems", []):
        parts += step.values()
    items = []
    for asked in data.get("RequestItems", {}).values():
        if isinstance(asked, dict):
            items += asked["Keys"]
        else:
            parts += [part for request in asked for part in request.values()]
    return items + [part[name] for part in parts for name in ("Key", "Item") if name in part]
