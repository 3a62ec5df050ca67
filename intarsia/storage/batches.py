"""Batches in the table: each lists the jobs that were submitted together."""

from typing import Any

from intarsia.domain.batches import Batch
from intarsia.names import BATCH_ITEMS
from intarsia.storage.items import attribute, from_item, to_item


class BatchRepository:
    """Batches of all teams; callers check the team."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, batch: Batch) -> None:
        """Store the record of a batch."""
        item = to_item(batch, pk=f"{BATCH_ITEMS}{batch.id}", sk="META")
        self._client.put_item(TableName=self._table, Item=item)

    def delete(self, batch_id: str) -> None:
        """Delete the record of a batch whose jobs could not be stored."""
        self._client.delete_item(TableName=self._table, Key=_key(batch_id))

    def get(self, batch_id: str) -> Batch | None:
        """Return a batch, or None if there is none with this id."""
        item = self._client.get_item(
            TableName=self._table, Key=_key(batch_id), ConsistentRead=True
        ).get("Item")
        return from_item(Batch, item) if item else None


def _key(batch_id: str) -> dict[str, Any]:
    return {"pk": attribute(f"{BATCH_ITEMS}{batch_id}"), "sk": attribute("META")}
