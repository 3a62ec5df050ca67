"""A job in pieces by the real workers: progress on the way, and the whole render at the end."""

import time

from intarsia.client import TERMINAL

WAIT = 900  # seconds; a bound on hanging
PIECES = 2
FRAMES = [0, 11]


def test_a_job_in_pieces_is_byte_by_byte_the_job_that_is_in_none(
    client, stack, templates, finish, tmp_path
):
    job = {
        "template": {"id": templates["final-scene"], "composition": "final-scene"},
        "settings": {"engine": "open", "quality": "draft", "frames": FRAMES},
    }
    split = job | {"settings": job["settings"] | {"pieces": PIECES}}
    whole = client.submit(job)["id"]
    pieces = client.submit(split)["id"]

    shown = watch(client, pieces)

    assert shown == sorted(shown)
    assert len(set(shown)) > 2, "progress was seen on the way"
    (done,) = finish(pieces)
    (other,) = finish(whole)
    assert (done["status"], done["error"]) == ("finished", None)
    assert done["pieces"] == PIECES
    assert other["pieces"] is None
    assert done["output"] == other["output"]
    client.download(done, tmp_path / "pieces.mp4")
    client.download(other, tmp_path / "whole.mp4")
    assert (tmp_path / "pieces.mp4").read_bytes() == (tmp_path / "whole.mp4").read_bytes()
    bucket = stack.deployment.outputs["RendersBucketName"]
    left = stack.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"pieces/{pieces}/")
    assert left["KeyCount"] == 0


def watch(client, job_id):
    """Every progress that a client sees until the job has ended."""
    shown, deadline = [], time.monotonic() + WAIT
    while time.monotonic() < deadline:
        job = client.job(job_id)
        shown.append(job["progress"])
        if job["status"] in TERMINAL:
            return shown
        time.sleep(0.4)
    raise TimeoutError(job)
