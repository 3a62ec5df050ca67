"""Batch reads of a table's items."""

from collections.abc import Iterator, Sequence
from typing import Any

BATCH_LIMIT = 100  # keys in one BatchGetItem


def items_at(
    client: Any, table: str, keys: Sequence[dict[str, Any]], **wanted: Any
) -> Iterator[dict[str, Any]]:
    """Yield the items that exist among `keys`, in no order, by consistent reads.

    `keys` are primary keys in DynamoDB's typed form, and must be distinct. `wanted` holds further
    arguments of BatchGetItem for the table, such as `ProjectionExpression`.
    """
    for start in range(0, len(keys), BATCH_LIMIT):
        asked = {"Keys": keys[start : start + BATCH_LIMIT], "ConsistentRead": True, **wanted}
        request: dict[str, Any] = {table: asked}
        while request:
            answer = client.batch_get_item(RequestItems=request)
            yield from answer["Responses"].get(table, [])
            request = answer.get("UnprocessedKeys") or {}
