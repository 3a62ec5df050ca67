"""`/jobs`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from intarsia.client.errors import StorageError
from intarsia.client.files import Files
from intarsia.client.http import Api, parsed, parsed_list, segment
from intarsia.client.models import Job, JobCreated
from intarsia.client.polling import looks
from intarsia.client.trees import TreeReader
from intarsia.domain.ids import timestamp

PAGE = 100  # rows
POLL = 2.0  # seconds

Sort = Literal["oldest_first", "newest_first", "random", "priority"]


class Jobs:
    """Jobs of the key's team. Everything here raises ClientError."""

    def __init__(self, api: Api, files: Files) -> None:
        self._api = api
        self._files = files

    def submit(self, body: Mapping[str, Any]) -> JobCreated:
        """Submit a job of any depth; `body` is the contract's JobCreation."""
        return parsed(JobCreated, self._api.send("POST", "jobs", body))

    def join(self, body: Mapping[str, Any]) -> JobCreated:
        """Submit a join of clips; `body` is the contract's JoinJobCreation."""
        return parsed(JobCreated, self._api.send("POST", "jobs/join", body))

    def get(self, job_id: str) -> Job:
        """One job, with its children."""
        return parsed(Job, self._api.get(f"jobs/{segment(job_id)}"))

    def logs(self, job_id: str) -> str:
        """The log of a job; NotFoundError while it has none."""
        url = f"{self._api.v2}/jobs/{segment(job_id)}/logs"
        return self._api.request("GET", url).text

    def cancel(self, job_id: str, *, force: bool = False) -> list[Job]:
        """Cancel a job and what hangs on it; returns every job cancelled.

        ConflictError for a render under way, unless `force`; and for a job that has ended.
        """
        path = f"jobs/{segment(job_id)}/cancel"
        return parsed_list(
            Job, self._api.send("PATCH", path, force="true" if force else None) or []
        )

    def cancel_many(self, job_ids: Sequence[str]) -> list[Job]:
        """Cancel 1 to 1000 jobs, all or none; returns every job cancelled."""
        body = {"jobs": list(job_ids)}
        return parsed_list(Job, self._api.send("POST", "jobs/cancel", body) or [])

    def tree(self, job_id: str) -> list[Job]:
        """A job and its descendants, each before its children."""
        return TreeReader(self.get, job_id).read()

    def follow(
        self, job_id: str, *, poll: float = POLL, timeout: float | None = None
    ) -> Iterator[list[Job]]:
        """The tree below a job, again and again until every job in it has ended.

        Raises WaitTimeoutError after `timeout` seconds.
        """
        reader = TreeReader(self.get, job_id)
        for _ in looks(f"job {job_id} and its children have not ended", poll=poll, timeout=timeout):
            jobs = reader.read()
            yield jobs
            if all(job.ended for job in jobs):
                return

    def wait(self, job_id: str, *, poll: float = POLL, timeout: float | None = None) -> Job:
        """Wait until a job has ended, well or badly. Raises WaitTimeoutError."""
        for _ in looks(f"job {job_id} has not ended", poll=poll, timeout=timeout):
            job = self.get(job_id)
            if job.ended:
                break
        return job

    def download(self, job: Job, path: Path) -> None:
        """Write a finished job's output to `path`; the key stays here."""
        if job.output_url is None:
            raise StorageError(f"job {job.id} has no output")
        self._files.download(job.output_url, path)

    def list(
        self,
        *,
        states: Sequence[str] = (),
        exclude_states: Sequence[str] = (),
        tags: Sequence[str] = (),
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        sort: Sort = "oldest_first",
        page: int = PAGE,
    ) -> Iterator[Job]:
        """All jobs that match, asked for `page` at a time as they are used up."""
        query = {
            "states": ",".join(states) or None,
            "exclude_states": ",".join(exclude_states) or None,
            "tags": ",".join(tags) or None,
            "from_date": timestamp(created_after) if created_after else None,
            "to_date": timestamp(created_before) if created_before else None,
            "sort": sort,
            "minimal": "false",
        }
        seen: set[str] = set()
        start = 0
        while True:
            rows = parsed_list(Job, self._api.get("jobs", **{"from": start}, limit=page, **query))
            # Jobs that were made meanwhile push others onto the next page.
            new = [job for job in rows if job.id not in seen]
            yield from new
            seen.update(job.id for job in new)
            start += len(rows)
            if len(rows) < page or not new:
                return
