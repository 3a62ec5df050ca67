"""`make demo`, while two of its render processes are killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import av
import numpy as np
import psutil
import pytest
from PIL import Image

from examples.templates import final_scene, name_card
from tests.support.paths import ROOT

LIMIT = 900  # seconds; a bound on hanging, not on speed

# Numbers of frames: at which of the whole scene, or of the card, a test looks.
INTRO_AT = (20, 45)
INTRO_FROM, LOGO_AT = 10, 45
CARD_FROM = round(final_scene.CARD_FROM * 25)
CARD_AT = (6, 40)
LOOKED_AT = {
    "final-scene": {*INTRO_AT, LOGO_AT, CARD_FROM - 1, *(CARD_FROM + number for number in CARD_AT)},
    "intro": {*INTRO_AT},
    "logo-sting": {LOGO_AT - INTRO_FROM},
    "name-card": {*CARD_AT},
}

# One process of pytest-xdist, so that they share one demo.
pytestmark = pytest.mark.xdist_group("demo")


def render_process(demo, part, composition=None):
    """The first process with `part` in its command line, as soon as it renders `composition`."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        for process in psutil.Process(demo.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                line = process.cmdline()
                if any(part in word for word in line) and (not composition or composition in line):
                    return process
        assert demo.poll() is None, demo.stdout.read()
        time.sleep(0.02)
    raise TimeoutError(part)


def command_lines():
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            yield " ".join(process.cmdline())


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A finished demo: its folder, its report and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "examples.demo",
            "--out",
            folder / "out",
            "--state",
            folder / "state",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        os.kill(render_process(process, "aerender", "name-card").pid, signal.SIGKILL)
        os.kill(render_process(process, "worker.main").pid, signal.SIGKILL)
        printed, _ = process.communicate(timeout=LIMIT)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0, printed
    assert [line for line in command_lines() if str(folder) in line] == [], "a process is left"
    return folder / "out", json.loads((folder / "out" / "report.json").read_text()), printed


@pytest.fixture(scope="module")
def videos(demo):
    """The outputs by composition: how many frames play, and the pictures that tests look at."""
    _, report, _ = demo
    return {job["composition"]: _played(job) for job in report["jobs"]}


def _played(job):
    pictures = {}
    count = 0
    with av.open(job["output"]) as container:
        for frame in container.decode(video=0):
            if count in LOOKED_AT[job["composition"]]:
                pictures[count] = frame.to_ndarray(format="rgba").astype(int)
            count += 1
    return count, pictures


def picture(videos, composition, number):
    _, pictures = videos[composition]
    return pictures[number]


def test_all_four_jobs_finish_although_two_were_killed(demo):
    _, report, printed = demo

    assert [job["status"] for job in report["jobs"]] == ["finished"] * 4
    assert printed.splitlines()[-1].startswith("demo: finished in ")
    requeued = [line for line in printed.splitlines() if line.endswith("queued")]
    assert len(requeued) >= 4, "two leaves and two parents; one more for each kill that was seen"


def test_the_report_has_the_tree_and_what_was_rendered(demo):
    _, report, _ = demo
    by_composition = {job["composition"]: job for job in report["jobs"]}

    parents = {
        name: next((c for c, j in by_composition.items() if j["id"] == job["parent"]), None)
        for name, job in by_composition.items()
    }
    assert parents == {
        "final-scene": None,
        "intro": "final-scene",
        "name-card": "final-scene",
        "logo-sting": "intro",
    }
    assert report["parent"] == by_composition["final-scene"]["id"]
    assert {name: job["slot"] for name, job in by_composition.items()} == {
        "final-scene": None,
        "intro": "IntroClip",
        "name-card": "LowerThird",
        "logo-sting": "LogoSting",
    }
    keys = (
        "id parent slot template composition status output frames width height fps"
        " queued_s render_s"
    )
    assert all(set(job) == set(keys.split()) for job in report["jobs"])


def test_each_output_plays_with_the_frames_of_its_composition(demo, videos):
    _, report, _ = demo
    expected = {"final-scene": 160, "intro": 70, "name-card": 65, "logo-sting": 60}

    assert {name: count for name, (count, _) in videos.items()} == expected
    assert {job["composition"]: job["frames"] for job in report["jobs"]} == expected


def test_the_intro_fills_the_frame_while_its_slot_lasts(videos):
    for number in INTRO_AT:
        whole = picture(videos, "final-scene", number)[..., :3]
        intro = picture(videos, "intro", number)[..., :3]
        assert np.abs(whole - intro).mean() < 4


def test_the_logo_of_the_third_level_stands_in_the_first(videos):
    logo = picture(videos, "logo-sting", LOGO_AT - INTRO_FROM)
    colours = logo[..., :3][logo[..., 3] == 255]

    whole = picture(videos, "final-scene", LOGO_AT)[..., :3]

    # The star's turquoise is nowhere in the intro but in its logo.
    turquoise = colours[np.argmax(colours[:, 1] - colours[:, 0])]
    assert (np.abs(whole - turquoise).sum(axis=2) < 30).sum() > 500


def test_the_name_card_lies_over_the_scene_with_its_transparency(videos):
    left, top = (int(edge) for edge in final_scene.CARD_AT)
    width, height = name_card.SIZE
    for number in CARD_AT:
        card = picture(videos, "name-card", number)
        place = picture(videos, "final-scene", CARD_FROM + number)
        place = place[top : top + height, left : left + width, :3]
        opaque, clear = card[..., 3] == 255, card[..., 3] == 0
        assert opaque.any()
        assert np.abs(place - card[..., :3])[opaque].mean() < 6
        if clear.any():
            before = picture(videos, "final-scene", CARD_FROM - 1)
            before = before[top : top + height, left : left + width, :3]
            assert np.abs(place - before)[clear].mean() < 6


def test_the_contact_sheet_is_a_picture_with_a_row_for_each_job(demo):
    folder, _, _ = demo

    with Image.open(folder / "contact-sheet.png") as sheet:
        assert sheet.width > 1500
        pixels = np.asarray(sheet.convert("RGB")).astype(int)
    rows = np.abs(pixels - pixels[0, 0]).sum(axis=(1, 2)) > 20000
    assert (np.diff(rows.astype(int)) == 1).sum() >= 4
