"""`/batches`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from intarsia.client.errors import InvalidRequestError
from intarsia.client.http import Api, parsed, segment
from intarsia.client.models import Batch, BatchCancellation, BatchCreated
from intarsia.client.polling import looks

MOST_JOBS = 1000
POLL = 3.0  # seconds


class Batches:
    """Batches of the key's team. Everything here raises ClientError."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def create(self, jobs: Sequence[Mapping[str, Any]]) -> BatchCreated:
        """Submit 1 to 1000 jobs at once; those that cannot be right are in `errors`.

        A batch of which no job was accepted comes back with the status `error`, too.
        """
        try:
            answer = self._api.send("POST", "batches", {"jobs": list(jobs)})
        except InvalidRequestError as error:
            # Nothing accepted is a 400, with the same body as a success.
            if "batchId" not in error.body:
                raise
            answer = error.body
        return parsed(BatchCreated, answer)

    def get(self, batch_id: str) -> Batch:
        """How far a batch is."""
        return parsed(Batch, self._api.get(f"batches/{segment(batch_id)}"))

    def cancel(self, batch_id: str) -> BatchCancellation:
        """Cancel what has not begun to render."""
        answer = self._api.send("POST", f"batches/{segment(batch_id)}/cancel")
        return parsed(BatchCancellation, answer)

    def follow(
        self, batch_id: str, *, poll: float = POLL, timeout: float | None = None
    ) -> Iterator[Batch]:
        """A batch, again and again until no job of it is pending. Raises WaitTimeoutError."""
        for _ in looks(f"batch {batch_id} has not ended", poll=poll, timeout=timeout):
            batch = self.get(batch_id)
            yield batch
            if batch.stats.pending == 0:
                return

    def wait(self, batch_id: str, *, poll: float = POLL, timeout: float | None = None) -> Batch:
        """Wait until no job of a batch is pending. Raises WaitTimeoutError."""
        for batch in self.follow(batch_id, poll=poll, timeout=timeout):
            last = batch
        return last
