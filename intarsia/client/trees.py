"""Incremental reading of a tree of jobs: few requests for each poll."""

from collections.abc import Callable, Iterator

from intarsia.client.models import Child, Job, Phase, phase_of


class TreeReader:
    """A reader of one tree; repeated reads request only the jobs that may have changed."""

    def __init__(self, get: Callable[[str], Job], root_id: str) -> None:
        """Prepare to read the tree of the job `root_id`.

        `get` fetches a job with summaries of its children, by id.
        """
        self._get = get
        self._root_id = root_id
        self._known: dict[str, Job] = {}

    def read(self) -> list[Job]:
        """Return all jobs of the tree in their current state, each before its children."""
        root = self._known.get(self._root_id)
        if root is None or not root.ended:
            root = self._fetch(self._root_id)
        return list(self._branch(root, frozenset()))

    def _branch(self, job: Job, above: frozenset[str]) -> Iterator[Job]:
        yield job
        above |= {job.id}
        for child in job.children:
            # A server that lists an ancestor as a child must not cause an endless recursion.
            if child.id not in above:
                yield from self._branch(self._child(child, job), above)

    def _child(self, seen: Child, parent: Job) -> Job:
        known = self._known.get(seen.id)
        if known is None:
            return self._fetch(seen.id)
        waits = known.phase is Phase.QUEUED and phase_of(seen.status) is Phase.QUEUED
        # Admission is by tree: `in_line` of a queued child changes only with that of its parent.
        same = waits and known.in_line == parent.in_line
        return known if known.ended or same else self._fetch(seen.id)

    def _fetch(self, job_id: str) -> Job:
        job = self._known[job_id] = self._get(job_id)
        return job
