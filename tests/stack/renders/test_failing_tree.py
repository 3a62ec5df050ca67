"""A child that fails makes its parent fail, with its id and reason; nothing hangs or stays."""

import contextlib
import functools
import http.server
import threading
import time

import psutil
import pytest

from intarsia.client import ApiError
from tests.support.stills import as_stills


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A web server on loopback with a video that is none."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "corrupt.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42" + b"\xff" * 5000)
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def with_asset(job, asset):
    """The three-level job with one more asset in its deepest child, the logo sting."""
    intro = job["assets"][0]
    sting = intro["assets"][0]
    sting["assets"] = [*sting.get("assets", []), asset]
    return job


def with_footage(job, src):
    """The three-level job whose intro, for its own footage layer, takes `src`."""
    job = as_stills(job)
    intro = job["assets"][0]
    intro["assets"] = [{"type": "video", "layerName": "LogoSting", "src": src}]
    return job


def failed(jobs):
    root, intro, *_ = jobs
    card = next(job for job in jobs if job["composition"] == "name-card")
    return root, intro, card


def assert_told(root, culprit, *words):
    assert root["status"] == culprit["status"] == "error"
    assert root["failedJobId"] == culprit["id"]
    assert culprit["id"] in root["error"]
    assert culprit["error"] in root["error"]
    assert root["error"] == root["stats"]["error"]
    for word in words:
        assert word in culprit["error"], culprit["error"]


def _command_lines():
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            yield " ".join(process.cmdline())


def assert_nothing_left(stack):
    """No worker and no aerender of this stack is alive, and no task is open."""
    cluster = stack.deployment.outputs["ClusterName"]
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        tasks = stack.client("ecs").list_tasks(cluster=cluster, desiredStatus="RUNNING")["taskArns"]
        busy = [line for line in _command_lines() if "worker.main" in line or "aerender" in line]
        if not tasks and not busy:
            return
        time.sleep(0.2)
    raise AssertionError((tasks, busy))


def test_a_missing_file_fails_its_job_and_every_ancestor(client, example, finish, site, stack):
    job = with_footage(example("three-levels"), f"{site}/missing.mp4?token=secret")

    root, intro, card = failed(finish(client.submit(job)["id"]))

    assert_told(root, intro, "assets[0]", "404", "missing.mp4")
    assert "secret" not in root["error"]
    assert card["status"] in {"finished", "manually_cancelled"}
    assert_nothing_left(stack)


def test_a_corrupt_video_fails_its_job_and_every_ancestor(client, example, finish, site, stack):
    job = with_footage(example("three-levels"), f"{site}/corrupt.mp4")

    root, intro, card = failed(finish(client.submit(job)["id"]))

    assert_told(root, intro, "assets[0]", "corrupt.mp4")
    assert card["status"] in {"finished", "manually_cancelled"}
    assert_nothing_left(stack)


def test_a_wrong_layer_in_a_child_is_refused_before_anything_is_stored(client, example):
    before = [job["id"] for job in client.get("jobs", limit=1000)]
    job = with_asset(example("three-levels"), {"type": "text", "layerName": "x", "value": "y"})

    with pytest.raises(ApiError) as refused:
        client.submit(job)

    assert refused.value.status == 400
    assert refused.value.body["details"][0]["field"] == "assets[0].assets[0].assets[0].layerName"
    assert [job["id"] for job in client.get("jobs", limit=1000)] == before


def test_a_missing_font_is_only_a_warning(client, example, finish):
    job = example("nested-basic")
    job["assets"][0]["assets"].append(
        {
            "type": "data",
            "layerName": "name",
            "property": "Source Text.font",
            "value": "NoSuchFont-Bold",
        }
    )

    parent, child = finish(client.submit(as_stills(job))["id"])

    assert parent["status"] == child["status"] == "finished", (parent["error"], child["error"])
    assert any("NoSuchFont" in font for font in child["missingFonts"])
