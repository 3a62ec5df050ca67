"""Patches of the permission check (IAM) of the emulator, MiniStack.

Without them, MiniStack may check another action, or another DynamoDB partition key, than the one
that its service then uses. It finds a request's action in several places: `Action` in the query or
in a form, the header `x-amz-target`, the path. Each service reads only one of them.
`emulator_operations` refuses requests that name their action twice. The patches here close the
other gaps: in doubt, a request is refused.
"""
# ruff: noqa: SLF001 - reaching into another package's modules is what this file is for

import contextlib
import json
from typing import Any

from ministack import app
from ministack.core import iam_actions

UNKNOWN_ACTION = "emulator:UnknownAction"
"""IAM action assigned to requests for which MiniStack finds none.

No policy grants it by name, so only the operator may send such requests.
"""

UNKNOWN_KEY = ""
"""DynamoDB partition key assigned to a request that names none.

No pattern in our policies matches it, so a condition on the key is never met.
"""


def install() -> None:
    """Apply all patches of MiniStack's authorization."""
    app._authenticate_only = _only_the_operator
    app._handle_ecr_registry_request = _not_served
    iam_actions.extract_iam_action = _with_objects_by_path(iam_actions.extract_iam_action)
    iam_actions.dynamodb_service_context = _with_leading_keys(iam_actions.dynamodb_service_context)


def _only_the_operator(
    service: str, headers: dict[str, str], query: dict[str, list[str]], request_id: str
) -> Any:
    """Return MiniStack's refusal of a request without an IAM action; None if the operator sent it.

    Replaces MiniStack's `_authenticate_only`, which allows such requests to every principal. One of
    them is `response-streaming-invocations`, which runs any Lambda function.
    """
    return app._enforce_data_plane(service, UNKNOWN_ACTION, headers, query, request_id)


async def _not_served(*_request: Any) -> None:
    """Disable the container registry (ECR), which checks no permissions and is not used.

    Returns None, so that MiniStack treats the request as one to another service.
    """


def _with_objects_by_path(original: Any) -> Any:
    """Return a version of `original` that ignores an `Action` in requests to S3.

    `original` is MiniStack's function that finds a request's IAM action. S3 selects the operation
    by method, path and query. Unpatched, MiniStack authorizes the named `Action` instead of that
    operation.
    """

    def extract(service: str, method: str, path: str, *rest: Any) -> Any:
        if service == "s3":
            query = {name: values for name, values in rest[-1].items() if name != "Action"}
            rest = ({}, b"", query)
        return original(service, method, path, *rest)

    return extract


def _with_leading_keys(original: Any) -> Any:
    """Return a version of `original` that adds the condition key `dynamodb:LeadingKeys`.

    `original` is MiniStack's function that finds the condition keys of a request to DynamoDB.
    Unpatched, every condition on the partition key of an item is met.
    """

    def context(body: bytes) -> dict[str, Any]:
        found: dict[str, Any] = original(body)
        return found | {"dynamodb:LeadingKeys": leading_keys(body)}

    return context


def leading_keys(body: bytes) -> list[str]:
    """Return the partition keys of all items that a request to DynamoDB names.

    `body` is the request's JSON. The table's partition key is called `pk`. For a request without
    keys, such as a Scan, the result is UNKNOWN_KEY, because an empty list meets every
    `ForAllValues` condition.
    """
    with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
        if found := [item["pk"]["S"] for item in _items(json.loads(body))]:
            return found
    return [UNKNOWN_KEY]


def _items(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the items and keys in a request to DynamoDB, also those in a transaction or batch."""
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
