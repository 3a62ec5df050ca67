"""Whatever goes wrong in an attempt, its verdict says whose matter it is and names the culprit."""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import py_aep
import pytest

from intarsia.domain.jobs import Job
from intarsia.domain.manifests import manifest_key
from intarsia.domain.states import Status
from intarsia.workflow.settling import settle
from render_container.worker import attempt, main, part, stages
from render_container.worker.attempt import NOT_RECORDED, RECORDED
from render_container.worker.errors import AttemptError
from render_container.worker.redaction import MASK


def _picture(src: str, **fields: Any) -> dict[str, Any]:
    return {"type": "image", "layerName": "Picture", "src": src} | fields


def _assert_verdict(job: Job, kind: str, *words: str) -> None:
    assert job.verdict is not None
    assert job.verdict.kind == kind, job.verdict
    for word in words:
        assert word in job.verdict.reason
    assert job.status is Status.RENDERING  # settling decides what becomes of it


def test_a_source_that_is_not_there(desk: Any, template: Path, site: Any) -> None:
    text = {"type": "text", "layerName": "Title", "value": "Hallo"}
    job = desk.add(template, assets=[text, _picture(f"{site.url}/gone.png?token=s3cret")])
    after = desk.render(job)
    _assert_verdict(after, "user", "assets[1]: the image at", "/gone.png answered 404 Not Found.")
    assert "s3cret" not in after.verdict.reason
    assert desk.exit_code == RECORDED
    assert "answered 404" in desk.log(job)


def test_a_movie_that_cannot_be_decoded(desk: Any, template: Path, site: Any, media: Path) -> None:
    site.pages["/clip.mp4"] = (media / "clip.mp4").read_bytes()[:900]
    asset = {"type": "video", "layerName": "Picture", "src": f"{site.url}/clip.mp4"}
    after = desk.render(desk.add(template, assets=[asset]))
    _assert_verdict(
        after, "user", f"assets[0]: the video at {site.url}/clip.mp4 cannot be decoded: "
    )


def test_a_source_that_is_no_media_at_all(desk: Any, template: Path, site: Any) -> None:
    site.pages["/logo.png"] = b"<html>Please log in</html>"
    after = desk.render(desk.add(template, assets=[_picture(f"{site.url}/logo.png")]))
    _assert_verdict(after, "user", "assets[0]", "not a picture, movie or sound")


def test_a_source_on_a_private_address(desk: Any, template: Path, site: Any) -> None:
    job = desk.add(template, assets=[_picture(f"{site.url}/red.png")])
    after = desk.render(job, INTARSIA_ALLOW_PRIVATE_SOURCES="")
    _assert_verdict(after, "user", "assets[0]", "private or local address")
    assert site.requests == []


def test_of_several_bad_sources_the_first_is_named(
    desk: Any, template: Path, site: Any, media: Path
) -> None:
    def late(request: Any) -> None:
        time.sleep(0.2)
        request.send_error(404)

    site.pages["/late"] = late
    assets = [_picture(f"{site.url}/late"), _picture(f"{site.url}/gone")]
    _assert_verdict(desk.render(desk.add(template, assets=assets)), "user", "assets[0]", "/late")


def test_downloads_end_with_the_first_that_fails(desk: Any, template: Path, site: Any) -> None:
    begun, broken_off = threading.Event(), threading.Event()

    def endless(request: Any) -> None:
        request.send_response(200)
        request.end_headers()
        begun.set()
        try:
            while True:
                request.wfile.write(b"x" * 1000)
                time.sleep(0.01)
        except OSError:
            broken_off.set()

    def gone(request: Any) -> None:
        begun.wait(60)
        request.send_error(404)

    site.pages |= {"/endless": endless, "/gone": gone}
    assets = [_picture(f"{site.url}/gone"), _picture(f"{site.url}/endless")]
    _assert_verdict(desk.render(desk.add(template, assets=assets)), "user", "assets[0]")
    assert broken_off.wait(60)


def test_a_static_file_that_would_replace_a_file_of_the_template(
    desk: Any, template: Path, site: Any
) -> None:
    site.pages["/x"] = b"not a project"
    asset = {"type": "static", "src": f"{site.url}/x", "name": "project.aep"}
    after = desk.render(desk.add(template, assets=[asset]))
    _assert_verdict(after, "user", "assets[0].name", '"project.aep"')


def test_a_layer_that_the_template_does_not_have(desk: Any, template: Path) -> None:
    asset = {"type": "text", "layerName": "Titel", "value": "Hallo"}
    after = desk.render(desk.add(template, assets=[asset]))
    _assert_verdict(after, "user", "assets[0].layerName", '"Title"')


def test_footage_of_this_machine_that_the_project_names(
    desk: Any, media: Path, tmp_path: Path
) -> None:
    project = py_aep.new().project
    comp = project.root_folder.add_comp("main", 64, 36, 1.0, 1.0, 10)
    comp.add(project.import_file(py_aep.ImportOptions(str(media / "red.png"))))
    project.save(str(tmp_path / "spy.aep"))

    after = desk.render(desk.add(tmp_path / "spy.aep"))

    _assert_verdict(after, "user", "red.png")


def test_a_script_is_fetched_and_needs_after_effects(desk: Any, template: Path, site: Any) -> None:
    site.pages["/title.jsx"] = b"NX.get('title')"
    script = {"type": "script", "src": f"{site.url}/title.jsx?token=s3cret"}
    job = desk.add(template, assets=[script])
    _assert_verdict(desk.render(job), "configuration", "assets[0]", "needs After Effects")
    assert "assets[0]: the script at" in desk.log(job)
    gone = desk.add(template, assets=[{"type": "script", "src": f"{site.url}/gone.jsx"}])
    _assert_verdict(desk.render(gone), "user", "assets[0]: the script at", "404 Not Found")
    text = {"type": "text", "layerName": "Titel", "value": "Hallo"}
    both = desk.add(template, assets=[script, text])
    _assert_verdict(desk.render(both), "user", "assets[1].layerName")


def test_a_script_that_is_too_large(desk: Any, template: Path, site: Any) -> None:
    site.pages["/long.jsx"] = b" " * 4_000_001
    job = desk.add(template, assets=[{"type": "script", "src": f"{site.url}/long.jsx"}])
    _assert_verdict(desk.render(job), "user", "assets[0]", "is larger than 4000000 bytes")


def test_a_composition_that_the_template_does_not_have(desk: Any, template: Path) -> None:
    _assert_verdict(desk.render(desk.add(template, composition="mian")), "user", "mian", "main")


def test_frames_after_the_end(desk: Any, template: Path) -> None:
    after = desk.render(desk.add(template, frames=(0, 10)))
    _assert_verdict(after, "user", "settings.frames", "0 to 9")


def test_a_template_that_is_damaged_or_gone(desk: Any, template: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.aep"
    damaged.write_bytes(template.read_bytes()[:5000])
    _assert_verdict(desk.render(desk.add(damaged)), "user", "The template cannot be used")
    gone = desk.add(template, template_key="templates/nothing")
    _assert_verdict(desk.render(gone), "user", "The template's file has been deleted")


def test_a_childs_output_that_is_gone_or_cannot_be_placed(desk: Any, template: Path) -> None:
    slot = {"type": "slot", "layerName": "Picture", "childId": "C" * 26, "media": "image"}
    gone = desk.add(template, assets=[slot | {"outputKey": "outputs/x.png"}])
    _assert_verdict(desk.render(gone), "transient", "assets[0]", "C" * 26, "no longer exists")
    sequence = desk.add(template, assets=[slot | {"outputKey": "outputs/x.zip"}])
    _assert_verdict(desk.render(sequence), "user", "assets[0]", "sequence of pictures")
    unfilled = desk.add(template, assets=[slot])
    _assert_verdict(desk.render(unfilled), "configuration", "assets[0]", "manifest")


def test_a_manifest_that_is_missing_or_not_understood(desk: Any, template: Path) -> None:
    job = desk.add(template)
    desk.storage.renders.put_text(manifest_key(job.id), "{}")
    _assert_verdict(desk.render(job), "configuration", "manifest is invalid")
    lost = desk.make_job()
    desk.storage.jobs.create([lost])
    _assert_verdict(desk.render(lost), "configuration", "manifest is missing")


def test_an_engine_that_is_not_installed(desk: Any, template: Path) -> None:
    after = desk.render(desk.add(template, engine="ae2026"), INTARSIA_AERENDER="")
    _assert_verdict(after, "configuration", "After Effects 2026 is not installed")


@pytest.mark.parametrize(
    ("mode", "kind", "words"),
    [
        ("read_source", "user", "could not read a source file"),
        ("missing_footage", "user", "Platzhalter Bild.jpg"),
        ("unknown_comp", "user", "no composition of that name"),
        ("partial", "transient", "only 9 of 10 frames"),
        ("crash", "transient", "crashed"),
        ("exit_without_a_word", "transient", "exit code 9"),
        ("success", "transient", "wrote no file"),
    ],
)
def test_an_engine_that_fails_whatever_its_exit_code(
    desk: Any, template: Path, mode: str, kind: str, words: str
) -> None:
    job = desk.add(template)
    _assert_verdict(desk.play(job, mode), kind, words)
    assert "engine: exit code" in desk.log(job)


@pytest.mark.parametrize(
    ("movie", "kind", "words"),
    [
        ("short.mp4", "transient", "has 9 frames instead of 10"),
        ("fast.mp4", "configuration", "25 frames a second"),
        ("tone.wav", "transient", "has no picture"),
        ("cut.mp4", "transient", "cannot be decoded"),
    ],
)
def test_a_file_that_is_not_what_the_engine_says(
    desk: Any, template: Path, movie: str, kind: str, words: str
) -> None:
    path = desk.media / movie
    if movie == "cut.mp4":
        path.write_bytes((desk.media / "clip.mp4").read_bytes()[:1200])
    _assert_verdict(desk.play(desk.add(template), "success", path), kind, words)


@pytest.mark.parametrize("mode", ["success", "benign", "silent_movie"])
def test_a_whole_file_is_proof_enough(desk: Any, template: Path, media: Path, mode: str) -> None:
    after = desk.play(desk.add(template), mode, media / "clip.mp4")
    assert after.status is Status.FINISHED, after.verdict
    assert after.rendered_by == "After Effects 26.0x67"
    assert not after.warnings


def test_black_frames_are_legal_but_mentioned(desk: Any, template: Path, media: Path) -> None:
    after = desk.play(desk.add(template), "success", media / "black.mp4")
    assert after.status is Status.FINISHED
    assert any("black" in warning for warning in after.warnings)


def test_a_lost_attempt_kills_the_engine_and_says_nothing(
    desk: Any, template: Path, tmp_path: Path
) -> None:
    job = desk.add(template)
    pid_file = tmp_path / "pid"
    _when(lambda: _holds_a_pid(pid_file), lambda: desk.storage.jobs.requeue(job.id, 1, lost=True))

    after = desk.play(job, "crawl", FAKE_PID=str(pid_file))

    assert (after.status, after.attempt, after.verdict) == (Status.QUEUED, 2, None)
    assert desk.exit_code == RECORDED
    assert desk.storage.renders.size(job.output_key) is None
    assert desk.storage.renders.size(f"jobs/{job.id}/log.txt") is None
    assert _is_gone(int(pid_file.read_text()))


def test_an_attempt_that_is_lost_before_the_upload_uploads_nothing(
    desk: Any, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = desk.add(template)
    encode = stages.encode

    def lose_then_encode(*arguments: Any) -> Path:
        desk.storage.jobs.requeue(job.id, 1, lost=True)
        return encode(*arguments)

    monkeypatch.setattr(stages, "encode", lose_then_encode)
    after = desk.render(job)
    assert (after.status, after.attempt) == (Status.QUEUED, 2)
    assert desk.storage.renders.size(job.output_key) is None


def test_a_stopped_machine_kills_the_engine_and_asks_for_another_try(
    desk: Any, template: Path, tmp_path: Path, far_bound: Callable[[float], float]
) -> None:
    job = desk.add(template)
    pid_file = tmp_path / "pid"
    before = signal.signal(signal.SIGTERM, main._stop)
    _when(lambda: _holds_a_pid(pid_file), lambda: os.kill(os.getpid(), signal.SIGTERM))
    began = time.monotonic()
    try:
        after = desk.play(job, "hang_at_open", FAKE_PID=str(pid_file))
    finally:
        signal.signal(signal.SIGTERM, before)

    _assert_verdict(after, "transient", "machine was stopped")
    assert desk.exit_code == RECORDED
    assert time.monotonic() - began < far_bound(10)
    assert _is_gone(int(pid_file.read_text()))
    assert "the machine was stopped" in desk.log(job)


def test_a_fault_of_the_worker_itself_is_worth_another_try(
    desk: Any, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(stages, "verify", broken)
    job = desk.add(template)
    after = desk.render(job)
    _assert_verdict(after, "transient", "unexpectedly (ZeroDivisionError)")
    assert "of all things" not in after.verdict.reason
    assert "of all things" in desk.log(job)


def test_the_exit_code_tells_when_not_even_the_verdict_could_be_recorded(
    desk: Any, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: Any, **__: Any) -> None:
        raise ConnectionError("no table")

    monkeypatch.setattr(type(desk.storage.jobs), "record_verdict", unreachable)
    assert desk.render(desk.add(template, composition="nowhere")).verdict is None
    assert desk.exit_code == NOT_RECORDED


class TestTheItemsRoom:
    """DynamoDB refuses a job's item of more than 400 KB, and with it the verdict."""

    def test_a_job_of_which_everything_is_wrong_gets_its_verdict_and_fails_once(
        self, desk: Any, template: Path
    ) -> None:
        wrong = [
            {"type": "data", "layerName": f"No layer {number}", "property": "x", "value": 1}
            for number in range(2000)
        ]
        job = desk.add(template, assets=wrong)

        after = desk.render(job)

        _assert_verdict(after, "user", "assets[0].layerName", "assets[19].", "; and 1980 more")
        assert settle(desk.storage.jobs, job.id, 1, None).status is Status.ERROR
        assert desk.storage.jobs.get(job.id).failure == after.verdict

    def test_any_reason_is_cut_but_never_inside_a_secret(
        self, desk: Any, template: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refused(manifest: Any, _: Any, redactor: Any) -> Any:
            redactor.add("s3cret-of-the-team")
            raise AttemptError("user", "é" * 3990 + "s3cret-of-the-team" + "é" * 300_000)

        monkeypatch.setattr(attempt, "with_secrets", refused)
        reason = desk.render(desk.add(template)).verdict.reason
        assert len(reason) == 4000
        assert reason.startswith("é" * 3990 + MASK)
        assert reason.endswith("…")

    def test_a_render_that_warns_of_everything_is_finished(
        self, desk: Any, template: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = stages.make

        def warns(work: Any) -> Any:
            many = [f"{number} {'é' * 500}" for number in range(1000)]
            work.warnings.extend(many)
            return replace(made(work), missing_fonts=many)

        monkeypatch.setattr(part, "make", warns)
        done = desk.render(desk.add(template))
        assert done.status is Status.FINISHED, done.verdict
        first = [str(each) for each in range(50)]
        assert [text.split()[0] for text in done.warnings] == first
        assert [text.split()[0] for text in done.missing_fonts] == first
        assert all(text.endswith("…") for text in done.warnings + done.missing_fonts)


def _when(ready: Callable[[], bool], act: Callable[[], object]) -> None:
    """Act from another thread as soon as something holds."""

    def wait() -> None:
        deadline = time.monotonic() + 60
        while not ready() and time.monotonic() < deadline:
            time.sleep(0.02)
        act()

    threading.Thread(target=wait, daemon=True).start()


def _holds_a_pid(file: Path) -> bool:
    return file.exists() and bool(file.read_text())


def _is_gone(pid: int) -> bool:
    """Whether the process ends within a minute; a zombie only waits for whoever inherited it."""
    deadline = time.monotonic() + 60
    try:
        while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
    except psutil.NoSuchProcess:
        pass
    return True
