"""Whatever an attempt is doing, it ends soon after its job is cancelled in the table."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from intarsia.domain.jobs import Failure, Job
from intarsia.domain.states import Stage, Status
from render_container.worker import heartbeat
from render_container.worker.attempt import RECORDED

CANCELLED = Failure(kind="cancelled", reason="Cancelled by hand.")
SOON = 10.0  # seconds
QUICK = 0.3  # seconds between two reports, where a test need not wait for the real beat


class Canceller:
    """Cancels a job once something has begun, and measures how long it goes on after that."""

    def __init__(self, desk: Any, far_bound: Callable[[float], float]) -> None:
        self._desk = desk
        self._far_bound = far_bound
        self.begun = threading.Event()
        self.at = 0.0

    def watch(self, job: Job, begun: Callable[[], bool] | None = None) -> None:
        """Cancel `job` when `begun` holds, or else when the event is set."""
        threading.Thread(target=self._cancel, args=(job, begun), daemon=True).start()

    def _cancel(self, job: Job, begun: Callable[[], bool] | None) -> None:
        deadline = time.monotonic() + 60
        while not (begun or self.begun.is_set)() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert self._desk.storage.jobs.cancel(job.id, CANCELLED, rendering=True)
        self.at = time.monotonic()

    def ended(self, job: Job, *, within: float) -> None:
        """The attempt that ran has ended in time, said nothing and left the job cancelled."""
        assert self.at, "it ended before it was cancelled"
        assert time.monotonic() - self.at < self._far_bound(within)
        assert self._desk.exit_code == RECORDED
        after = self._desk.storage.jobs.get(job.id)
        assert (after.status, after.verdict) == (Status.CANCELLED, None)
        assert after.failure == CANCELLED
        assert self._desk.storage.renders.size(job.output_key) is None


@pytest.fixture
def canceller(desk: Any, far_bound: Callable[[float], float]) -> Canceller:
    return Canceller(desk, far_bound)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "BEAT", QUICK)


@pytest.fixture
def mute(canceller: Canceller) -> Iterator[str]:
    """Where a server takes connections and never says a word; a connection begins the watch."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    taken.append(server.accept()[0])
                    canceller.begun.set()

        threading.Thread(target=take, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        for connection in taken:
            connection.close()


def test_an_engine_and_all_that_it_started_is_dead_within_ten_seconds(
    desk: Any, template: Path, tmp_path: Path, canceller: Canceller
) -> None:
    """With the real beat, an engine that says nothing, and a process that the engine started."""
    pid_file = tmp_path / "pid"
    job = desk.add(template)

    def silent() -> bool:
        """The last report has just been made; the next one is a whole beat away."""
        runs = pid_file.exists() and pid_file.read_text() != ""
        return runs and desk.storage.jobs.get(job.id).stage == "render"

    canceller.watch(job, silent)

    desk.play(job, "hang_at_open", FAKE_PID=str(pid_file))

    canceller.ended(job, within=SOON)
    pid = int(pid_file.read_text())
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("what", ["asset", "clip", "template"])
def test_a_download_from_a_server_that_says_nothing(
    desk: Any, template: Path, mute: str, canceller: Canceller, what: str
) -> None:
    if what == "asset":
        asset = {"type": "image", "layerName": "Picture", "src": mute}
        job = desk.add(template, assets=[asset])
    elif what == "clip":
        job = desk.add_join([{"field": "assets[0]", "src": mute}])
    else:
        job = desk.add(template, template_key=None, template_src=mute)
    canceller.watch(job)
    desk.render(job)
    canceller.ended(job, within=SOON / 2)


@pytest.mark.usefixtures("quick")
def test_an_upload_to_a_server_that_says_nothing(
    desk: Any, template: Path, mute: str, canceller: Canceller
) -> None:
    params = {"endpoint": mute, "region": "x", "bucket": "theirs"}
    keys = {"accessKeyId": "AKID", "accessKeySecret": "secret"}
    job = desk.add(template, upload={"params": params | keys})
    canceller.watch(job)
    desk.play(job, "success", desk.media / "clip.mp4")
    canceller.ended(job, within=SOON / 2)


@pytest.mark.usefixtures("quick")
def test_a_stitch(
    desk: Any, site: Any, canceller: Canceller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clips of different sizes, so that every frame is encoded; one frame takes long."""
    site.pages["/small"] = _movie(desk.work_folder.parent / "small.mp4", (64, 36), 5)
    site.pages["/large"] = _movie(desk.work_folder.parent / "large.mp4", (96, 54), 40)
    urls = ["/large", *["/small", "/large"] * 2]
    job = desk.add_join(
        [{"field": f"assets[{n}]", "src": site.url + url} for n, url in enumerate(urls)]
    )
    progress = heartbeat.Heartbeat.progress
    stitched: list[float] = []

    def long_frame(beat: heartbeat.Heartbeat, share: float) -> None:
        progress(beat, share)
        if beat._stage is Stage.RENDER and share > 0.2:
            stitched.append(share)
            canceller.begun.set()
            assert beat._lost.wait(60)

    monkeypatch.setattr(heartbeat.Heartbeat, "progress", long_frame)
    canceller.watch(job)
    desk.render(job)
    canceller.ended(job, within=SOON / 2)
    assert len(stitched) <= 3, "frames are encoded after the cancellation is known"


@pytest.mark.usefixtures("quick")
def test_a_file_that_is_conformed(
    desk: Any, template: Path, site: Any, canceller: Canceller
) -> None:
    """An animation of forty minutes."""
    path = desk.work_folder.parent / "large.gif"
    frames = [Image.new("L", (640, 360), level) for level in range(4)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=600_000)
    site.pages["/large.gif"] = path.read_bytes()
    asset = {"type": "video", "layerName": "Picture", "src": f"{site.url}/large.gif"}
    job = desk.add(template, assets=[asset])

    def conforming() -> bool:
        return any(desk.work_folder.rglob("*conformed*"))

    canceller.watch(job, conforming)
    desk.render(job)
    canceller.ended(job, within=SOON / 2)


def _movie(path: Path, size: tuple[int, int], frames: int) -> bytes:
    import av

    with av.open(str(path), "w") as movie:
        stream = movie.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for _ in range(frames):
            movie.mux(stream.encode(av.VideoFrame(*size, "yuv420p")))
        movie.mux(stream.encode())
    return path.read_bytes()
