"""Lines on moto, and executions that are remembered."""

import boto3
import pytest

from intarsia.storage.admission import AdmissionRepository
from intarsia.storage.executions import execution_name
from intarsia.workflow.admitting import Admission, waiting_of


class RecordedExecutions:
    """Executions that were started; those of `listed` run, and `unlisted` too, as one sees late."""

    def __init__(self, *, listed=(), unlisted=()):
        self.listed = set(listed)
        self.unlisted = set(unlisted)
        self.started = []
        self.traces = []
        self.looked_up = []

    def names_running(self):
        return self.listed

    def running(self, job_id, run):
        self.looked_up.append(job_id)
        return execution_name(job_id, run) in self.listed | self.unlisted

    def start(self, job_id, run=0, trace=None):
        self.started.append((job_id, run))
        self.traces.append(trace)


@pytest.fixture
def lines(aws):
    return AdmissionRepository(boto3.client("dynamodb"), "table")


@pytest.fixture
def admission(jobs, lines):
    """`admission(depth)`: the same depth for both fleets; keywords say what runs."""

    def make(depth=100, **executions):
        return Admission(
            jobs=jobs,
            lines=lines,
            executions=RecordedExecutions(**executions),
            depths={"gpu": depth, "linux": depth},
        )

    return make


@pytest.fixture
def submit(jobs, lines, make_job):
    """Store jobs of one and put them in line; returns their ids. Fields by keyword."""

    def put(count=1, **fields):
        made = [make_job(line="linux", **fields) for _ in range(count)]
        jobs.create(made)
        lines.enqueue("linux", [waiting_of(job, 1) for job in made])
        return [job.id for job in made]

    return put
