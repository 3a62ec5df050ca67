"""Joins: clips from everywhere come out end to end, and one that cannot be had is named."""

import threading
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from intarsia.domain.jobs import Job
from intarsia.domain.states import Status
from render_container.worker import clips


def _clip(number: int, src: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"field": f"assets[{number}]", "src": src} | fields


@pytest.fixture
def colours(tmp_path: Path) -> dict[str, bytes]:
    """Movies of 5 frames, 64 x 36, each of one colour."""
    return {name: _movie(tmp_path / f"{name}.mp4", rgb) for name, rgb in COLOURS.items()}


COLOURS = {"red": (220, 20, 20), "green": (20, 200, 20), "blue": (20, 20, 220)}


def _movie(path: Path, rgb: tuple[int, int, int]) -> bytes:
    with av.open(str(path), "w") as movie:
        stream = movie.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for _ in range(5):
            picture = np.full((36, 64, 3), rgb, dtype=np.uint8)
            movie.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        movie.mux(stream.encode())
    return path.read_bytes()


def _seen(path: Path) -> list[str]:
    """The colour of every frame."""
    with av.open(str(path)) as movie:
        means = [frame.to_ndarray(format="rgb24").mean((0, 1)) for frame in movie.decode(video=0)]
    return [list(COLOURS)[int(np.argmax(mean))] for mean in means]


def test_clips_and_childrens_outputs_are_joined_in_order(
    desk: Any, site: Any, colours: dict[str, bytes], tmp_path: Path
) -> None:
    site.pages["/g"] = colours["green"]
    desk.storage.renders.upload(tmp_path / "blue.mp4", "outputs/team/c.mp4", "video/mp4")
    desk.storage.renders.upload(tmp_path / "red.mp4", "outputs/team/d.mp4", "video/mp4")
    job = desk.add_join(
        [
            _clip(0, child_id="C" * 26, output_key="outputs/team/c.mp4"),
            _clip(1, f"{site.url}/g?signature=s3cret"),
            _clip(2, child_id="D" * 26, output_key="outputs/team/d.mp4"),
        ]
    )

    done: Job = desk.render(job)

    assert done.status is Status.FINISHED, done.verdict
    assert done.output is not None
    assert (done.output.frames, done.output.width, done.output.height) == (15, 64, 36)
    assert (done.output.fps, done.output.duration) == (10, 1.5)
    assert done.rendered_by == "Intarsia join"
    assert done.render_seconds is not None
    assert done.render_seconds > 0
    joined = desk.output(done, tmp_path / "joined.mp4")
    assert _seen(joined) == ["blue"] * 5 + ["green"] * 5 + ["red"] * 5
    assert desk.content_type(job.output_key) == "video/mp4"
    log = desk.log(done)
    assert "s3cret" not in log
    stages = [line.split()[1] for line in log.splitlines() if line.endswith(" ...")]
    assert stages == ["download", "render", "verify", "upload"]


def test_sixty_clips_four_at_a_time(desk: Any, site: Any, colours: dict[str, bytes]) -> None:
    running, most, lock = 0, 0, threading.Lock()
    many = threading.Event()

    def page(request: Any) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == 4:
                many.set()
        many.wait(5)
        body = colours["red"]
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        with lock:
            running -= 1
        request.wfile.write(body)

    site.pages["/clip"] = page
    done = desk.render(desk.add_join([_clip(n, f"{site.url}/clip") for n in range(60)]))
    assert done.status is Status.FINISHED, done.verdict
    assert done.output.frames == 300
    assert most == 4


def test_a_clip_that_is_not_there_is_named(desk: Any, site: Any, colours: dict[str, bytes]) -> None:
    site.pages["/clip"] = colours["red"]
    urls = [f"{site.url}/clip"] * 3 + [f"{site.url}/gone.mp4?token=s3cret"]
    after = desk.render(desk.add_join([_clip(n, url) for n, url in enumerate(urls)]))
    assert after.verdict.kind == "user"
    told = f"assets[3]: the clip at {site.url}/gone.mp4 answered 404 Not Found."
    assert after.verdict.reason == told


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (b"<html></html>", "is not a movie that can be joined."),
        (b"cut", "cannot be decoded"),
    ],
)
def test_a_clip_that_is_no_movie_is_named(
    desk: Any, site: Any, colours: dict[str, bytes], page: bytes, told: str
) -> None:
    site.pages["/good"] = colours["red"]
    site.pages["/bad"] = colours["red"][:1500] if page == b"cut" else page
    job = desk.add_join([_clip(0, f"{site.url}/good"), _clip(1, f"{site.url}/bad")])
    after = desk.render(job)
    assert after.verdict.kind == "user"
    assert f"assets[1]: the clip at {site.url}/bad {told}" in after.verdict.reason


def test_a_childs_output_that_is_gone_is_worth_another_try(desk: Any) -> None:
    job = desk.add_join([_clip(0, child_id="C" * 26, output_key="outputs/team/gone.mp4")])
    after = desk.render(job)
    assert after.verdict.kind == "transient"
    assert (
        f"assets[0]: the output of nested job {'C' * 26} no longer exists" in after.verdict.reason
    )


def test_clips_that_are_too_large_together(
    desk: Any, site: Any, colours: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/clip"] = colours["red"]

    def joined() -> Any:
        return desk.render(desk.add_join([_clip(n, f"{site.url}/clip") for n in range(2)]))

    monkeypatch.setattr(clips, "TOTAL", 2 * len(colours["red"]))
    assert joined().verdict is None, "just within the limit"
    monkeypatch.setattr(clips, "TOTAL", 2 * len(colours["red"]) - 1)
    after = joined()
    assert after.verdict.kind == "user"
    assert "assets" in after.verdict.reason
    assert "larger than" in after.verdict.reason or "more than" in after.verdict.reason
