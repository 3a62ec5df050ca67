"""What an attempt adds to the trace of the request from which its job comes."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from intarsia.domain.jobs import Failure
from intarsia.domain.states import Stage, Status
from render_container.worker import attempt, stages, work
from render_container.worker.attempt import RECORDED
from render_container.worker.errors import AttemptError, MachineStoppedError
from render_container.worker.tracing import StageTime, segment

ROOT, PARENT = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
HEADER = f"Root={ROOT};Parent={PARENT};Sampled=1"
STAGES = ["download", "inject", "render", "verify", "encode", "upload"]


class Sent:
    """Stands where X-Ray is."""

    def __init__(self, trouble: BaseException | None = None) -> None:
        self.segments: list[dict[str, Any]] = []
        self._trouble = trouble

    def put(self, document: dict[str, Any]) -> None:
        self.segments.append(document)
        if self._trouble:
            raise self._trouble


@pytest.fixture
def traced(desk: Any, template: Path) -> Any:
    """A job whose request is traced."""
    make_job = desk.make_job
    desk.make_job = lambda **fields: make_job(trace=HEADER, root_id="R" * 26, **fields)
    return desk.add(template)


def test_a_render_is_a_segment_of_its_requests_trace_with_its_stages(
    desk: Any, traced: Any
) -> None:
    sent = Sent()
    desk.use(traces=sent)
    assert desk.render(traced).status is Status.FINISHED
    (found,) = sent.segments
    assert (found["trace_id"], found["parent_id"]) == (ROOT, PARENT)
    assert found["annotations"] == {
        "correlation_id": "R" * 26, "job_id": traced.id, "attempt": 1, "part": "whole",
    }  # fmt: skip
    assert [stage["name"] for stage in found["subsegments"]] == STAGES
    assert not found["fault"]
    times = [
        moment
        for stage in found["subsegments"]
        for moment in (stage["start_time"], stage["end_time"])
    ]
    assert times == sorted(times)
    assert found["start_time"] <= times[0] < times[-1] <= found["end_time"]
    ids = [found["id"], *(stage["id"] for stage in found["subsegments"])]
    assert len(set(ids)) == len(ids)
    assert {len(each) for each in ids} == {16}


def test_a_failure_shows_where_it_was_and_why(desk: Any, traced: Any) -> None:
    sent = Sent()
    desk.use(traces=sent)
    assert desk.play(traced, "no such mode").verdict is not None
    (found,) = sent.segments
    assert [stage["name"] for stage in found["subsegments"] if stage["fault"]] == ["render"]
    (said,) = found["cause"]["exceptions"]
    assert said["message"] == desk.storage.jobs.get(traced.id).verdict.reason


@pytest.mark.parametrize("how", ["between stages", "in its verdict"])
def test_an_attempt_that_was_lost_shows_the_time_it_took_and_is_no_fault(
    desk: Any, traced: Any, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    sent = Sent()
    desk.use(traces=sent)
    encode = stages.encode

    def lose(*arguments: Any) -> Path:
        desk.storage.jobs.requeue(traced.id, 1, lost=True)
        if how == "in its verdict":
            raise AttemptError("transient", "The engine was killed.")
        return encode(*arguments)

    monkeypatch.setattr(stages, "encode", lose)
    desk.render(traced)

    (found,) = sent.segments
    assert [stage["name"] for stage in found["subsegments"]][:3] == STAGES[:3]
    assert (found["fault"], found["error"]) == (False, True)
    (said,) = found["cause"]["exceptions"]
    assert said["type"] == "cancelled"


def test_a_verdict_that_cannot_be_recorded_is_in_the_trace(
    desk: Any, traced: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: Any, **__: Any) -> None:
        raise ConnectionError("no table")

    sent = Sent()
    desk.use(traces=sent)
    monkeypatch.setattr(type(desk.storage.jobs), "record_verdict", unreachable)
    desk.play(traced, "no such mode")
    assert [found["fault"] for found in sent.segments] == [True]


def test_an_attempt_that_never_began_sends_nothing(desk: Any, traced: Any) -> None:
    sent = Sent()
    desk.use(traces=sent)
    desk.storage.jobs.start(traced.id, 1)
    desk.render(traced)
    assert sent.segments == []


def test_a_long_reason_fits_into_the_64_kb_that_x_ray_takes(desk: Any) -> None:
    failure = Failure(kind="user", reason="é" * 100_000)
    whole = StageTime("attempt", 0, 1, well=False)
    job = desk.make_job(trace=HEADER)
    document = segment(job, desk.environment(job), whole, [], failure)
    (said,) = document["cause"]["exceptions"]
    assert said["message"] == "é" * 999 + "…"


def test_a_render_is_not_lost_for_its_trace(
    desk: Any, traced: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.use(traces=Sent(RuntimeError("X-Ray is away")))
    assert desk.render(traced).status is Status.FINISHED
    assert "The trace could not be sent: X-Ray is away" in capsys.readouterr().out


def test_a_document_that_cannot_be_made_loses_nothing_either(
    desk: Any, traced: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("root")

    monkeypatch.setattr(attempt, "segment", broken)
    desk.use(traces=Sent())
    assert desk.render(traced).status is Status.FINISHED
    assert desk.exit_code == RECORDED


def test_a_clock_that_is_set_back_takes_no_time_from_a_stage(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Windows does on a machine that has just booted."""
    wall, steady = iter([1000.0, 970.0]), iter([0.0, 5.0, 5.0, 7.5])
    clocks = SimpleNamespace(time=wall.__next__, monotonic=steady.__next__)
    monkeypatch.setattr(work, "time", clocks)
    lines: list[str] = []
    heartbeat = SimpleNamespace(enter=lambda _: None, check=lambda: None)
    done: Any = work.Work(*[None] * 6, heartbeat=heartbeat, log=SimpleNamespace(line=lines.append))

    for stage in (Stage.RENDER, Stage.UPLOAD):
        with done.stage(stage):
            pass

    assert done.stage_seconds == {"render": 5.0, "upload": 2.5}
    assert lines == ["render ...", "render: 5.00 s", "upload ...", "upload: 2.50 s"]
    job = desk.make_job(trace=HEADER)
    whole = StageTime("attempt", 1000.0, 7.5, well=True)
    document = segment(job, desk.environment(job), whole, done.stages, None)
    ends = [(each["start_time"], each["end_time"]) for each in document["subsegments"]]
    assert ends == [(1000.0, 1005.0), (970.0, 972.5)]


class TestAStopWhileTheTraceIsSent:
    """Nothing that was recorded is taken back, and nothing is sent twice."""

    def test_a_users_mistake_stays_one(self, desk: Any, template: Path, traced: Any) -> None:
        sent = Sent(MachineStoppedError())
        desk.use(traces=sent)
        after = desk.render(desk.add(template, composition="nowhere"))
        assert after.verdict.kind == "user"
        assert desk.exit_code == RECORDED
        assert len(sent.segments) == 1

    def test_what_is_finished_is_well(self, desk: Any, traced: Any) -> None:
        sent = Sent(MachineStoppedError())
        desk.use(traces=sent)
        assert desk.render(traced).status is Status.FINISHED
        assert desk.exit_code == RECORDED
        assert [found["fault"] for found in sent.segments] == [False]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        HEADER.replace("Sampled=1", "Sampled=0"),
        f"Root={ROOT};Sampled=1",
        HEADER.replace("1-5759e988", "2-5759e988"),
    ],
)
def test_what_is_not_sampled_is_not_sent(desk: Any, header: str | None) -> None:
    job = desk.make_job(trace=header)
    assert segment(job, desk.environment(job), StageTime("attempt", 0, 1, True), [], None) is None
