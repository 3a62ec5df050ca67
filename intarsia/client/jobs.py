"""Client of the `/jobs` endpoints."""

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

PAGE = 100  # jobs in one response
POLL = 2.0  # seconds

Sort = Literal["oldest_first", "newest_first", "random", "priority"]
"""Order of a list of jobs; `priority` lists the highest first, and the oldest of equals."""


class Jobs:
    """Jobs of the API key's team.

    Every method raises `intarsia.client.ClientError` if its request fails.
    """

    def __init__(self, api: Api, files: Files) -> None:
        self._api = api
        self._files = files

    def submit(self, body: Mapping[str, Any]) -> JobCreated:
        """Submit a job, with child jobs nested in its assets at any depth.

        `body` is the API's JobCreation object. Raises InvalidRequestError if `body` is invalid or
        does not fit the template, and NotFoundError if the template does not exist.
        """
        return parsed(JobCreated, self._api.send("POST", "jobs", body))

    def join(self, body: Mapping[str, Any]) -> JobCreated:
        """Submit a job that joins clips end to end.

        `body` is the API's JoinJobCreation object.
        """
        return parsed(JobCreated, self._api.send("POST", "jobs/join", body))

    def get(self, job_id: str) -> Job:
        """Return a job, with summaries of its children."""
        return parsed(Job, self._api.get(f"jobs/{segment(job_id)}"))

    def logs(self, job_id: str) -> str:
        """Return the log of a job as text. Raises NotFoundError while there is no log."""
        url = f"{self._api.v2}/jobs/{segment(job_id)}/logs"
        return self._api.request("GET", url).text

    def cancel(self, job_id: str, *, force: bool = False) -> list[Job]:
        """Cancel a job with its whole tree, and return every job that was cancelled.

        Raises ConflictError if the job has ended, or if it is rendering and `force` is False.
        """
        path = f"jobs/{segment(job_id)}/cancel"
        return parsed_list(
            Job, self._api.send("PATCH", path, force="true" if force else None) or []
        )

    def cancel_many(self, job_ids: Sequence[str]) -> list[Job]:
        """Cancel 1 to 1000 jobs with their trees, and return every job that was cancelled.

        Raises NotFoundError if one of the jobs does not exist, and ConflictError if one of them is
        rendering or has ended. No job is cancelled in these cases.
        """
        body = {"jobs": list(job_ids)}
        return parsed_list(Job, self._api.send("POST", "jobs/cancel", body) or [])

    def tree(self, job_id: str) -> list[Job]:
        """Return a job and its descendants, each before its children."""
        return TreeReader(self.get, job_id).read()

    def follow(
        self, job_id: str, *, poll: float = POLL, timeout: float | None = None
    ) -> Iterator[list[Job]]:
        """Yield the job and its descendants every `poll` seconds, until all of them have ended.

        Each list has the order of `tree`. Raises WaitTimeoutError if this takes more than `timeout`
        seconds; None waits indefinitely.
        """
        reader = TreeReader(self.get, job_id)
        for _ in looks(f"job {job_id} and its children have not ended", poll=poll, timeout=timeout):
            jobs = reader.read()
            yield jobs
            if all(job.ended for job in jobs):
                return

    def wait(self, job_id: str, *, poll: float = POLL, timeout: float | None = None) -> Job:
        """Wait until a job has ended, successfully or not, and return the job.

        Polls every `poll` seconds. Raises WaitTimeoutError if this takes more than `timeout`
        seconds; None waits indefinitely.
        """
        for _ in looks(f"job {job_id} has not ended", poll=poll, timeout=timeout):
            job = self.get(job_id)
            if job.ended:
                break
        return job

    def download(self, job: Job, path: Path) -> None:
        """Download a finished job's output to `path`, without sending the API key.

        Raises StorageError if the job has no output yet, UnreachableError if there is no response
        from file storage, and OSError if `path` cannot be written.
        """
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
        """Yield all jobs that match every filter, fetched in pages of `page` jobs on demand.

        A job matches `states` or `tags` if it has one of the values; an empty filter matches every
        job. Both bounds of the creation time are inclusive; naive datetimes are local time. For
        `random`, the server shuffles each page anew, so only the first page is a proper sample.
        """
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
            # Jobs created since the last request move others onto this page a second time.
            new = [job for job in rows if job.id not in seen]
            yield from new
            seen.update(job.id for job in new)
            start += len(rows)
            if len(rows) < page or not new:
                return
