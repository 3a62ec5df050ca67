"""The API's own first example, as a client that knows nothing of Intarsia would send it."""

import json
import shutil
import subprocess
import time

import av
import numpy as np
import pytest

from examples.templates import lower_third, main_scene
from intarsia.client import TERMINAL
from intarsia.domain.costs import fargate_cost
from tests.support.stills import as_stills

LEFT, TOP = (int(edge) for edge in main_scene.SLOT_AT)
WIDTH, HEIGHT = lower_third.SIZE
SLOT_FRAME = round(main_scene.SLOT_FROM * main_scene.RATE)


def frames(path, numbers):
    with av.open(path) as container:
        return {
            number: frame.to_ndarray(format="rgba").astype(int)
            for number, frame in enumerate(container.decode(video=0))
            if number in numbers
        }


@pytest.fixture(scope="module")
def run(client, example):
    """The job, submitted and followed to its end: its answer, statuses and final tree."""
    created = client.submit(example("nested-basic"))
    seen = []
    while not seen or seen[-1] not in TERMINAL:
        status = client.job(created["id"])["status"]
        if not seen or seen[-1] != status:
            seen.append(status)
        time.sleep(0.4)
    return created, seen, client.tree(created["id"])


def test_the_answer_comes_at_once_with_pending_and_children(run):
    created, _, _ = run

    assert created["status"] == "pending"
    assert [child["status"] for child in created["children"]] == ["queued"]


def test_the_parent_goes_the_contracts_way(run):
    _, seen, jobs = run

    way = ["pending", "queued", "render:dorender", "finished"]
    # A client that looks now and then misses what is short; test_events has every change.
    assert seen == [status for status in way if status in seen], jobs
    assert (seen[0], seen[-1]) == ("pending", "finished")


def test_the_child_is_a_job_of_its_own(run, client):
    created, _, _ = run
    child = client.job(created["children"][0]["id"])

    assert (child["status"], child["progress"]) == ("finished", 100)
    assert (child["parentId"], child["slot"]) == (created["id"], "PrecompLayer")
    assert child["output"]["frames"] == 100
    assert child["warnings"] == []
    assert child["renderedBy"].startswith("Intarsia compositor")
    log = client.text(f"jobs/{child['id']}/logs")
    assert "PROGRESS:  0:00:00:00 (1)" in log


def test_each_job_says_what_it_cost_and_the_parent_what_all_did(run):
    _, _, (parent, child) = run
    least = fargate_cost(0, vcpus=1, gibibytes=4, spot=True)
    for job in (parent, child):
        assert job["cost"] > least  # the time that was taken, and the workflow's part
    assert parent["tree"]["cost"] == pytest.approx(parent["cost"] + child["cost"], abs=2e-6)


def test_both_outputs_are_where_the_answer_said(run, client, tmp_path):
    created, _, jobs = run
    for job in jobs:
        client.download(job, tmp_path / job["id"])
        with av.open(tmp_path / job["id"]) as container:
            assert sum(1 for _ in container.decode(video=0)) == job["output"]["frames"]
    assert jobs[0]["outputUrl"] == created["outputUrl"]


def test_the_childs_picture_stands_in_the_parent_with_its_transparency(
    run, client, example, finish, tmp_path
):
    _, _, (parent, child) = run
    client.download(parent, tmp_path / "parent.mp4")
    client.download(child, tmp_path / "child.mov")
    # The same scene with a transparent slot: what must be seen where the child is transparent.
    empty = example("nested-basic")
    empty["assets"] = [
        {"type": "data", "layerName": "PrecompLayer", "property": "Opacity", "value": 0}
    ]
    number = SLOT_FRAME + 10  # the card is coming in: part of its frame is still empty
    empty["settings"] = {"frames": [number, number + 1]}
    (bare,) = finish(client.submit(empty)["id"])
    assert bare["status"] == "finished", bare["error"]
    client.download(bare, tmp_path / "bare.mp4")
    whole = frames(tmp_path / "parent.mp4", [number])[number]
    alone = frames(tmp_path / "child.mov", [number - SLOT_FRAME])[number - SLOT_FRAME]
    ground = frames(tmp_path / "bare.mp4", [0])[0]

    place = np.s_[TOP : TOP + HEIGHT, LEFT : LEFT + WIDTH, :3]
    region, behind = whole[place], ground[place]
    alpha = alone[..., 3:] / 255
    expected = alone[..., :3] * alpha + behind * (1 - alpha)

    assert (alpha < 0.01).mean() > 0.05, "the card has transparent parts"
    assert (alpha > 0.99).mean() > 0.3, "and opaque ones"
    assert np.abs(region - expected).mean() < 3
    assert np.abs(region - behind)[alpha[..., 0] > 0.99].mean() > 20, "the slot is not the same"
    outside = np.ones(whole.shape[:2], bool)
    outside[TOP - 8 : TOP + HEIGHT + 8, LEFT - 8 : LEFT + WIDTH + 8] = False
    assert np.abs(whole - ground)[outside].mean() < 1


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_plain_curl_works(stack, example):
    body = json.dumps(as_stills(example("nested-basic")))
    answer = subprocess.run(
        [
            "curl", "-sS", "-w", "\n%{http_code}", "-X", "POST", f"{stack.url}/jobs",
            "-H", f"Authorization: Bearer {stack.api_key}",
            "-H", "Content-Type: application/json", "-d", body,
        ],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    text, _, status = answer.stdout.rpartition("\n")
    assert status == "201"
    assert json.loads(text)["status"] == "pending"
