"""Many items of a table at once."""

from collections.abc import Iterator, Sequence
from typing import Any

BATCH_LIMIT = 100  # keys in one BatchGetItem


def items_at(
    client: Any, table: str, keys: Sequence[dict[str, Any]], **wanted: Any
) -> Iterator[dict[str, Any]]:
    """The items that exist among `keys`, no two of which are the same, as they are now.

    They come in no order. `wanted` is what else BatchGetItem takes, such as a projection.
    """
    for start in range(0, len(keys), BATCH_LIMIT):
        asked = {"Keys": keys[start : start + BATCH_LIMIT], "ConsistentRead": True, **wanted}
        request: dict[str, Any] = {table: asked}
        while request:
            answer = client.batch_get_item(RequestItems=request)
            yield from answer["Responses"].get(table, [])
            request = answer.get("UnprocessedKeys") or {}
