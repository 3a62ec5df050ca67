"""What is counted of a job's life; the images are those that the table's stream would have."""

from datetime import timedelta

import pytest

from intarsia.domain.ids import now
from intarsia.domain.jobs import Failure
from intarsia.domain.states import Status
from intarsia.storage.items import to_item
from intarsia.workflow.measuring import metrics_of

BEGAN = now()


@pytest.fixture
def image(make_job):
    """A job's image; `at` is the second of its last change."""

    def make(at=0, **fields):
        fields = {"id": "J" * 26, "created_at": BEGAN} | fields
        job = make_job(updated_at=BEGAN + timedelta(seconds=at), **fields)
        return to_item(job, pk=f"JOB#{job.id}", sk="META")

    return make


def test_a_submitted_job_is_counted_once(image):
    assert metrics_of(None, image()) == {"JobsSubmitted": 1}
    assert metrics_of(image(), image(progress=40.0)) == {}


@pytest.mark.parametrize("status", [Status.FINISHED, Status.ERROR, Status.CANCELLED])
def test_a_job_that_a_restore_brought_back_is_not_submitted_again(image, status):
    assert metrics_of(None, image(status=status)) == {}


def test_a_job_has_waited_since_it_was_submitted_whatever_was_written_meanwhile(image):
    rendering = image(at=30, status=Status.RENDERING)
    assert metrics_of(image(at=20), rendering) == {"WaitSeconds": 30}


def test_a_parent_has_not_waited_while_its_children_were_rendered(image):
    queued = image(at=100, children=["c"])
    rendering = image(at=103, children=["c"], status=Status.RENDERING)
    assert metrics_of(queued, rendering) == {"WaitSeconds": 3}


def test_a_second_attempt_waits_anew(image):
    rendering = image(at=66, attempt=2, status=Status.RENDERING)
    assert metrics_of(image(at=60, attempt=2), rendering) == {"WaitSeconds": 6}


def test_a_finished_job_tells_its_stages_and_how_long_its_fleet_was_busy(image):
    stages = {"download": 1.5, "render": 7.0, "upload": 0.5}
    finished = image(at=50, status=Status.FINISHED, stage_seconds=stages, fleet="gpu")
    assert metrics_of(image(at=10, status=Status.RENDERING, fleet="gpu"), finished) == {
        "JobsFinished": 1,
        "JobSeconds": 50,
        "DownloadSeconds": 1.5,
        "RenderSeconds": 7,
        "UploadSeconds": 0.5,
        "GpuBusySeconds": 9,
    }


@pytest.mark.parametrize("kind", ["user", "transient", "configuration", "child"])
def test_a_failure_is_counted_by_whose_matter_it_is(image, kind):
    failed = image(status=Status.ERROR, failure=Failure(kind=kind, reason="because"))
    assert metrics_of(image(status=Status.RENDERING), failed) == {
        "JobsFailed": 1,
        f"JobsFailed{kind.capitalize()}": 1,
    }


def test_a_cancelled_job_is_no_failure(image):
    failure = Failure(kind="cancelled", reason="asked for")
    cancelled = image(status=Status.CANCELLED, failure=failure)
    assert metrics_of(image(), cancelled) == {"JobsCancelled": 1}


def test_an_attempt_is_lost_also_before_it_was_taken(image):
    """The status stays `queued` then."""
    assert metrics_of(image(), image(attempt=2, lost_attempts=1)) == {"AttemptsLost": 1}


@pytest.mark.parametrize("status", [Status.FINISHED, Status.ERROR, Status.CANCELLED])
def test_what_a_job_cost_is_counted_once_when_it_has_ended(image, status):
    before, under_way = (
        image(status=Status.RENDERING),
        image(status=Status.RENDERING, spent={"a1_whole": 0.01}),
    )
    ended = image(status=status, spent={"a1_whole": 0.01, "a2_whole": 0.002}, attempt=2)
    assert "JobCost" not in metrics_of(before, under_way)
    assert metrics_of(under_way, ended)["JobCost"] == pytest.approx(0.012, abs=0.001)
    assert metrics_of(ended, ended) == {}


def test_what_is_no_job_counts_nothing():
    assert metrics_of(None, {"pk": {"S": "TEMPLATE#1"}, "status": {"S": "uploaded"}}) == {}
    assert metrics_of({"pk": {"S": "JOB#1"}}, None) == {}
