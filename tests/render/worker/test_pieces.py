"""Renders in pieces: tasks of their own draw the ranges, the assembly is what a whole render is."""

import io
import itertools
import wave
import zipfile
from typing import Any

import av
import boto3
import numpy as np
import py_aep
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.jobs import Failure
from intarsia.domain.manifests import log_key, pieces_folder
from intarsia.domain.pieces import MOST_PIECES, DrawnPiece, Piece, Splitting, piece_range
from intarsia.domain.states import Status
from intarsia.storage.attempts import LostAttemptError
from intarsia.workflow.settling import settle
from render_container.worker.attempt import RECORDED
from render_container.worker.errors import MachineStoppedError
from render_container.worker.pieces import assembling

SIZE, RATE, FRAMES = (64, 36), 10, 10


@pytest.fixture(scope="module")
def loud(tmp_path_factory):
    """main: a box that moves for ten frames, a text layer "Title" and sound in "Tone"."""
    folder = tmp_path_factory.mktemp("loud")
    write_tone(folder / "tone.wav", 440)
    project = py_aep.new().project
    comp = project.root_folder.add_comp("main", *SIZE, 1.0, FRAMES / RATE, RATE)
    box = project.import_placeholder("Box", 20, 10, 1.0, 1.0)
    box.replace_with_solid([0.1, 0.8, 0.3], "Box", 20, 10, 1.0)
    position = comp.add(box)["ADBE Transform Group"]["ADBE Position"]
    position.set_value_at_time(0.0, [5.0, 5.0, 0.0])
    position.set_value_at_time(FRAMES / RATE, [60.0, 30.0, 0.0])
    tone = comp.add(project.import_file(py_aep.ImportOptions(str(folder / "tone.wav"))))
    tone.name = "Tone"
    comp.add_text("Title").name = "Title"
    project.save(folder / "loud.aep")
    return folder / "loud.aep"


def write_tone(path, hertz):
    samples = (np.sin(np.arange(48_000) * hertz / 7639) * 20_000).astype("<i2")
    with wave.open(str(path), "wb") as tone:
        tone.setparams((1, 2, 48_000, 0, "NONE", "not compressed"))
        tone.writeframes(samples.tobytes())


@pytest.fixture
def assets(site, tmp_path):
    write_tone(tmp_path / "other.wav", 660)
    site.pages["/other.wav"] = (tmp_path / "other.wav").read_bytes()
    return [
        {"type": "text", "layerName": "Title", "value": "Hallo"},
        {"type": "audio", "layerName": "Tone", "src": f"{site.url}/other.wav"},
    ]


@pytest.fixture
def add(desk: Any, loud, assets, jobs):
    """Stores a job to be drawn in so many pieces."""
    make_job = desk.make_job

    def store(pieces: int, **changes: Any):
        desk.make_job = lambda **fields: make_job(pieces=[Piece()] * pieces, **fields)
        return desk.add(loud, assets=assets, pieces=pieces, **changes)

    return store


@pytest.fixture
def task(desk: Any):
    """Runs the task of a part."""

    def run(job, part, attempt=1):
        given = {"INTARSIA_PIECE": str(part), "INTARSIA_ATTEMPT": str(attempt)}
        after = desk.render(job, **given)
        assert desk.exit_code == RECORDED
        return after

    return run


@pytest.fixture
def in_pieces(add, task):
    """Draws every piece and puts them together."""

    def run(pieces, **changes):
        job = add(pieces, **changes)
        for number in range(pieces):
            task(job, number)
        return task(job, "assemble")

    return run


PICTURES = {"media": "image", "codec": "image_png", "frames": (2, 8)}
PICTURES["output_key"] = "outputs/t/j.zip"
PRORES = {"codec": "video_prores_4444", "output_key": "outputs/t/j.mov"}


@pytest.mark.parametrize(
    ("pieces", "changes"),
    [(3, {}), (3, {"frames": (4, 5)}), (2, PRORES), (3, PICTURES)],
    ids=["h264", "more than frames", "prores", "pictures"],
)
def test_what_comes_out_is_the_whole_render(desk: Any, add, in_pieces, pieces, changes):
    whole = desk.render(add(0, **changes))
    assert whole.status is Status.FINISHED, whole.verdict
    expected = output(desk, whole)

    done = in_pieces(pieces, **changes)

    assert done.status is Status.FINISHED, done.verdict
    found = output(desk, done)
    if changes is PICTURES:
        assert pictures(found) == pictures(expected)
        assert len(pictures(found)) == 7
    elif changes is PRORES:
        assert packets(found) == packets(expected)  # the header names another encoder
    else:
        assert found == expected, "byte by byte"
        assert len(packets(found)) > done.output.frames, "there is sound in it"
    assert (done.output.frames, done.output.fps) == (whole.output.frames, RATE)
    assert done.rendered_by == whole.rendered_by
    assert done.warnings == whole.warnings


def output(desk, job):
    path = desk.work_folder.parent / "output"
    return desk.output(job, path).read_bytes()


def packets(movie):
    with av.open(io.BytesIO(movie)) as media:
        assert [stream.type for stream in media.streams] == ["video", "audio"]
        found = [(each.stream_index, each.pts, bytes(each)) for each in media.demux() if each.size]
    return sorted(found)


def pictures(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def test_pieces_are_removed_when_they_are_one_and_their_logs_are_kept_in_order(
    desk: Any, in_pieces
):
    done = in_pieces(2)

    assert objects(desk, done) == []
    log = desk.log(done)
    marks = ["--- piece 0 ---", "frames 0 to 4", "--- piece 1 ---", "frames 5 to 9"]
    marks += ["--- assembly ---", "assembled 2 pieces"]
    places = [log.index(mark) for mark in marks]
    assert places == sorted(places)
    assert desk.content_type(log_key(done.id)).startswith("text/plain")


def test_a_machine_that_is_stopped_while_it_tidies_up_has_finished_the_job(
    desk: Any, in_pieces, monkeypatch
):
    def stopped(*_):
        raise MachineStoppedError

    monkeypatch.setattr(assembling, "remove_pieces", stopped)
    done = in_pieces(2)
    assert (done.status, done.verdict) == (Status.FINISHED, None)
    assert "stopped" not in desk.log(done)


def objects(desk, job):
    found = boto3.client("s3").list_objects_v2(Bucket="renders", Prefix=pieces_folder(job.id))
    return [each["Key"].rpartition("/")[2] for each in found.get("Contents", [])]


def test_only_the_first_piece_renders_the_sound(desk: Any, add, task):
    job = add(2)
    task(job, 1)
    task(job, 0)
    assert objects(desk, job) == ["00-1.avi", "00-1.log", "01-1.avi", "01-1.log", "sound-1.wav"]


def test_the_job_is_as_far_as_its_pieces_are(desk: Any, add, jobs):
    job = add(4)
    for number in (0, 2):
        jobs.start_piece(job.id, 1, number)
    assert jobs.get(job.id).status is Status.RENDERING
    jobs.report_piece(job.id, 1, 0, progress=60)
    jobs.report_piece(job.id, 1, 2, progress=20)
    assert jobs.get(job.id).progress == 18  # a fifth of what drawing takes
    jobs.report_piece(job.id, 1, 0, progress=40)
    assert jobs.get(job.id).progress == 18


class TestFencing:
    def test_a_piece_is_taken_once_in_an_attempt(self, desk: Any, add, jobs):
        job = add(2)
        jobs.start_piece(job.id, 1, 0)
        with pytest.raises(LostAttemptError):
            jobs.start_piece(job.id, 1, 0)
        jobs.start_piece(job.id, 1, 1)

    @pytest.mark.parametrize("write", ["report", "finish", "refuse"])
    def test_a_late_piece_changes_nothing(self, desk: Any, add, jobs, task, write):
        job = add(2)
        jobs.start_piece(job.id, 1, 0)
        settle(jobs, job.id, 1, "lost", parts=["0", "1"])
        jobs.start_piece(job.id, 2, 0)
        before = jobs.get(job.id)
        writes = {
            "report": lambda: jobs.report_piece(job.id, 1, 0, progress=50),
            "finish": lambda: jobs.finish_piece(job.id, 1, 0, drawn()),
            "refuse": lambda: jobs.refuse_piece(job.id, 1, 0, USER, warnings=[]),
        }
        with pytest.raises(LostAttemptError):
            writes[write]()
        assert jobs.get(job.id) == before

    def test_pieces_of_a_cancelled_job_stop(self, desk: Any, add, jobs, task):
        job = add(2)
        jobs.start_piece(job.id, 1, 0)
        jobs.cancel(job.id, Failure(kind="cancelled", reason="x"), rendering=True)
        with pytest.raises(LostAttemptError):
            jobs.report_piece(job.id, 1, 0, progress=1)
        assert task(job, 1).status is Status.CANCELLED
        assert objects(desk, job) == []

    def test_the_assembly_is_begun_once_in_an_attempt(self, desk: Any, add, jobs):
        job = add(2)
        jobs.start_assembly(job.id, 1)
        with pytest.raises(LostAttemptError):
            jobs.start_assembly(job.id, 1)


USER = Failure(kind="user", reason="no such layer")


def drawn(**changes):
    fields = {"first": 0, "frames": 5, "width": 64, "height": 36, "fps": 10.0, "key": "k"}
    return DrawnPiece(**(fields | {"seconds": 1.0, "rendered_by": "x"} | changes))


class TestFailures:
    def test_a_users_mistake_is_the_jobs_verdict_and_keeps_others_from_beginning(
        self, desk: Any, add, task, jobs
    ):
        job = add(3, composition="nowhere")
        after = task(job, 1)
        assert after.verdict.kind == "user"
        assert "nowhere" in after.verdict.reason
        assert task(job, 2) == after, "nothing was begun"
        assert "--- piece 1 ---" in desk.log(job)
        assert "nowhere" in desk.log(job)

        decision = settle(jobs, job.id, 1, None, parts=["0", "1", "2"])

        assert (decision.decision, decision.status) == ("done", Status.ERROR)
        assert jobs.get(job.id).failure == after.verdict

    def test_a_users_mistake_stops_pieces_that_render_a_crash_does_not(self, desk: Any, add, jobs):
        job = add(3)
        for number in range(3):
            jobs.start_piece(job.id, 1, number)
        crash = Failure(kind="transient", reason="crashed")
        jobs.refuse_piece(job.id, 1, 0, crash, warnings=[])
        jobs.report_piece(job.id, 1, 1, progress=50)
        jobs.refuse_piece(job.id, 1, 1, USER, warnings=[])
        with pytest.raises(LostAttemptError):
            jobs.report_piece(job.id, 1, 2, progress=50)
        with pytest.raises(LostAttemptError):
            jobs.refuse_piece(job.id, 1, 2, crash, warnings=[])
        assert jobs.get(job.id).verdict == USER

    def test_after_a_loss_only_what_is_missing_is_drawn_again(self, desk: Any, add, task, jobs):
        job = add(3)
        task(job, 0)
        jobs.start_piece(job.id, 1, 1)  # and its machine is lost
        task(job, 2)
        decision = settle(jobs, job.id, 1, "Host gone", parts=["0", "1", "2"])
        assert (decision.decision, decision.attempt, decision.parts) == ("retry", 2, ["1"])
        assert jobs.get(job.id).lost_attempts == 0, "pieces were drawn in it"
        assert task(job, 0, attempt=2).status is Status.QUEUED, "a piece that is there"
        task(job, 1, attempt=2)
        decision = settle(jobs, job.id, 2, None, parts=["1"])
        assert (decision.decision, decision.parts) == ("assemble", ["assemble"])
        done = task(job, "assemble", attempt=2)
        assert done.status is Status.FINISHED, done.verdict
        assert output(desk, done) == output(desk, desk.render(add(0)))
        assert objects(desk, job) == []

    def test_a_lost_assembly_is_tried_again_and_counted(self, desk: Any, add, jobs):
        job = add(2)
        for number in range(2):
            jobs.start_piece(job.id, 1, number)
            jobs.finish_piece(job.id, 1, number, drawn(first=number * 5))
        jobs.start_assembly(job.id, 1)
        decision = settle(jobs, job.id, 1, "Host gone", parts=["assemble"])
        assert (decision.decision, decision.parts) == ("retry", ["assemble"])
        assert jobs.get(job.id).lost_attempts == 1
        for attempt in (2, 3):
            decision = settle(jobs, job.id, attempt, "No capacity", parts=["assemble"])
        assert decision.status is Status.ERROR

    def test_standing_still_ends_a_job(self, desk: Any, add, jobs):
        job = add(2)
        jobs.start_piece(job.id, 1, 0)
        jobs.finish_piece(job.id, 1, 0, drawn())
        found = [
            settle(jobs, job.id, attempt, "gone", parts=["1"]).decision for attempt in range(1, 5)
        ]
        assert found == ["retry", "retry", "retry", "done"]

    def test_machines_that_read_a_template_unlike_make_no_movie(self, desk: Any, add, jobs, task):
        job = add(2)
        for number in range(2):
            jobs.start_piece(job.id, 1, number)
            jobs.finish_piece(job.id, 1, number, drawn(first=number * 6))
        after = task(job, "assemble")
        assert after.verdict.kind == "configuration"
        assert "differ in size or frame rate, or frames are missing" in after.verdict.reason

    def test_a_damaged_piece_is_told(self, desk: Any, add, task):
        job = add(2)
        task(job, 0)
        after = task(job, 1)
        damaged = after.pieces[1].done.key
        desk.storage.renders.put_text(damaged, "no movie")
        verdict = task(job, "assemble").verdict
        assert verdict.kind == "transient"
        assert "Piece 1 cannot be decoded" in verdict.reason
        assert "--- assembly ---" in desk.log(job)


class TestRanges:
    @given(
        first=st.integers(0, 10_000),
        frames=st.integers(1, 100_000),
        pieces=st.integers(1, MOST_PIECES),
    )
    def test_ranges_are_complete_in_order_and_alike(self, first, frames, pieces):
        ranges = [piece_range(first, first + frames - 1, each, pieces) for each in range(pieces)]
        found = [each for each in ranges if each]
        assert ranges[0] is not None, "the first renders the sound"
        assert found[0][0] == first
        assert found[-1][1] == first + frames - 1
        assert all(one[1] + 1 == next_[0] for one, next_ in itertools.pairwise(found))
        lengths = [last - begin + 1 for begin, last in found]
        assert min(lengths) >= 1
        assert max(lengths) - min(lengths) <= 1
        assert len(found) == min(pieces, frames)

    @given(st.integers(0, 100_000), st.integers(0, 20_000), st.integers(2, MOST_PIECES))
    def test_a_threshold_splits_what_is_longer_and_never_into_more_than_said(
        self, frames, threshold, most
    ):
        pieces = Splitting(threshold, most).pieces_of(frames)
        assert 1 <= pieces <= most
        assert (pieces > 1) <= (threshold > 0 and frames >= threshold)
        if threshold > 1 and frames >= threshold:
            assert pieces >= 2
