"""Whole attempts: with the open compositor, and with a stand-in that fails like After Effects."""

from pathlib import Path
from typing import Any

import av
import pytest

from intarsia.domain.states import Status
from render_container.worker.attempt import RECORDED


def test_a_job_is_rendered_with_its_assets_and_recorded(
    desk: Any, template: Path, media: Path, site: Any, tmp_path: Path
) -> None:
    site.pages["/photo"] = (media / "clip.mp4").read_bytes()
    job = desk.add(
        template,
        assets=[
            {"type": "text", "layerName": "Title", "value": "Hallo"},
            {"type": "video", "layerName": "Picture", "src": f"{site.url}/photo?signature=s3cret"},
        ],
    )
    done = desk.render(job)
    assert done.verdict is None, done.verdict
    assert done.status is Status.FINISHED
    assert desk.exit_code == RECORDED
    assert (done.output.frames, done.output.width, done.output.height) == (10, 64, 36)
    assert (done.output.fps, done.output.duration) == (10, 1)
    movie = desk.output(done, tmp_path / "out.mp4")
    assert movie.stat().st_size == done.output.bytes
    with av.open(str(movie)) as opened:
        assert sum(1 for _ in opened.decode(video=0)) == 10
    assert desk.content_type(job.output_key) == "video/mp4"
    assert done.rendered_by == "Intarsia compositor"
    assert done.render_seconds > 0
    log = desk.log(job)
    assert "assets[1]: the video at" in log
    assert "s3cret" not in log
    assert "PROGRESS:  0:00:00:09 (10)" in log
    assert list(desk.work_folder.iterdir()) == []
