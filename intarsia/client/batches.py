"""Client of the `/batches` endpoints."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from intarsia.client.errors import InvalidRequestError
from intarsia.client.http import Api, parsed, segment
from intarsia.client.models import Batch, BatchCancellation, BatchCreated
from intarsia.client.polling import looks

MOST_JOBS = 1000
POLL = 3.0  # seconds


class Batches:
    """Batches of the API key's team.

    Every method raises `intarsia.client.ClientError` if its request fails.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def create(self, jobs: Sequence[Mapping[str, Any]]) -> BatchCreated:
        """Submit 1 to 1000 jobs in one request.

        `jobs` holds the API's JobCreation objects. The server validates each job separately and
        lists the rejected ones in `errors` of the result. A batch
        without any accepted job does not raise: it is returned with the status `error`.
        """
        try:
            answer = self._api.send("POST", "batches", {"jobs": list(jobs)})
        except InvalidRequestError as error:
            # The API answers 400 if it accepted no job, with the same body as on success.
            if "batchId" not in error.body:
                raise
            answer = error.body
        return parsed(BatchCreated, answer)

    def get(self, batch_id: str) -> Batch:
        """Return a batch: its status, its numbers of jobs by status, and its jobs."""
        return parsed(Batch, self._api.get(f"batches/{segment(batch_id)}"))

    def cancel(self, batch_id: str) -> BatchCancellation:
        """Cancel every job of a batch that has not started to render, with its children.

        Jobs of the batch that are rendering or have ended are skipped.
        """
        answer = self._api.send("POST", f"batches/{segment(batch_id)}/cancel")
        return parsed(BatchCancellation, answer)

    def follow(
        self, batch_id: str, *, poll: float = POLL, timeout: float | None = None
    ) -> Iterator[Batch]:
        """Yield the batch every `poll` seconds, for the last time when all of its jobs have ended.

        Raises WaitTimeoutError if this takes more than `timeout` seconds; None waits indefinitely.
        """
        for _ in looks(f"batch {batch_id} has not ended", poll=poll, timeout=timeout):
            batch = self.get(batch_id)
            yield batch
            if batch.stats.pending == 0:
                return

    def wait(self, batch_id: str, *, poll: float = POLL, timeout: float | None = None) -> Batch:
        """Wait until all jobs of a batch have ended, and return the batch.

        Polls every `poll` seconds. Raises WaitTimeoutError if this takes more than `timeout`
        seconds; None waits indefinitely.
        """
        for batch in self.follow(batch_id, poll=poll, timeout=timeout):
            last = batch
        return last
