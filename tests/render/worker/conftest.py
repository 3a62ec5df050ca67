"""A job to render: a tiny template and its manifest on moto, media over a local HTTP server."""

import os
import sys
import tempfile
import wave
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
import boto3
import numpy as np
import py_aep
import pytest
from PIL import Image

from intarsia.domain.jobs import Job
from intarsia.domain.manifests import JoinManifest, Manifest, log_key, manifest_key
from intarsia.projects.reader import read_in_process
from intarsia.storage.attempts import AttemptRepository
from intarsia.storage.objects import Objects
from render_container.worker import engine
from render_container.worker import template as template_module
from render_container.worker.attempt import Storage, run_attempt
from render_container.worker.environment import WorkerEnvironment
from tests.support import engine_in_process
from tests.support.paths import FAKE_AERENDER

SIZE = (64, 36)  # pixels
RATE = 10  # frames per second
FRAMES = 10


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """clip.mp4 (10 frames, 64 x 36, moving), black.mp4, red.png, tone.wav."""
    folder = tmp_path_factory.mktemp("media")
    write_movie(folder / "clip.mp4", FRAMES)
    write_movie(folder / "short.mp4", FRAMES - 1)
    write_movie(folder / "fast.mp4", FRAMES, rate=25)
    write_movie(folder / "black.mp4", FRAMES, black=True)
    Image.new("RGBA", SIZE, (255, 0, 0, 128)).save(folder / "red.png")
    with wave.open(str(folder / "tone.wav"), "wb") as tone:
        tone.setnchannels(1)
        tone.setsampwidth(2)
        tone.setframerate(8000)
        tone.writeframes(b"\x00\x10" * 8000)
    return folder


def write_movie(path: Path, frames: int, *, rate: int = RATE, black: bool = False) -> None:
    with av.open(str(path), "w") as movie:
        stream = movie.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(frames):
            picture = np.zeros((SIZE[1], SIZE[0], 3), dtype=np.uint8)
            if not black:
                picture[:, number * 5 :] = (40, 200, 90)
            movie.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        movie.mux(stream.encode())


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """main: a solid, a text layer "Title", a footage layer "Picture"; 10 frames of 64 x 36."""
    path = tmp_path_factory.mktemp("template") / "tiny.aep"
    project = py_aep.new().project
    comp = project.root_folder.add_comp("main", *SIZE, 1.0, FRAMES / RATE, RATE)
    back = project.import_placeholder("Back", *SIZE, 1.0, 1.0)
    back.replace_with_solid([0.1, 0.3, 0.8], "Back", *SIZE, 1.0)
    comp.add(back)
    comp.add(project.import_placeholder("Picture", *SIZE, RATE, FRAMES / RATE))
    comp.add_text("Title").name = "Title"
    project.save(path)
    return path


@dataclass
class Desk:
    """Makes jobs and renders them as a worker would, in this process."""

    storage: Storage
    make_job: Callable[..., Job]
    work_folder: Path
    media: Path

    def add(
        self, template: Path, *, assets: list[dict[str, Any]] | None = None, **changes: Any
    ) -> Job:
        """Store a queued job with its manifest and template; `changes` go into the manifest."""
        job = self.make_job()
        self.storage.jobs.create([job])
        self.storage.templates.upload(template, f"templates/{job.id}", "application/octet-stream")
        manifest = {
            "job_id": job.id,
            "team_id": "team",
            "template_id": "T" * 26,
            "template_key": f"templates/{job.id}",
            "template_type": template.suffix[1:],
            "composition": "main",
            "assets": assets or [],
            "media": "video",
            "codec": "video_h264_vbr_1mbps",
            "quality": "draft",
            "engine": "open",
            "frames": None,
            "output_key": job.output_key,
            "log_key": log_key(job.id),
        } | changes
        text = Manifest.model_validate(manifest).model_dump_json()
        self.storage.renders.put_text(manifest_key(job.id), text)
        return job

    def add_join(self, clips: list[dict[str, Any]], **changes: Any) -> Job:
        """Store a queued join with its manifest."""
        job = self.make_job(kind="join", template_id=None, composition=None)
        self.storage.jobs.create([job])
        manifest = {
            "kind": "join",
            "job_id": job.id,
            "team_id": "team",
            "clips": clips,
            "output_key": job.output_key,
            "log_key": log_key(job.id),
        } | changes
        text = JoinManifest.model_validate(manifest).model_dump_json()
        self.storage.renders.put_text(manifest_key(job.id), text)
        return job

    def use(self, **parts: Any) -> None:
        """Replace parts of the storage that attempts work on."""
        self.storage = replace(self.storage, **parts)

    def environment(self, job: Job, **variables: str) -> WorkerEnvironment:
        """What the task of a job's first attempt is told."""
        return WorkerEnvironment.read(
            {
                **os.environ,
                "INTARSIA_TABLE": "table",
                "INTARSIA_TEMPLATES_BUCKET": "templates",
                "INTARSIA_RENDERS_BUCKET": "renders",
                "INTARSIA_JOB_ID": job.id,
                "INTARSIA_ATTEMPT": "1",
                "INTARSIA_ALLOW_PRIVATE_SOURCES": "1",
                **variables,
            }
        )

    def render(self, job: Job, **variables: str) -> Job:
        """Run one attempt with the open compositor, and return the job as it is then."""
        self.exit_code = run_attempt(self.environment(job, **variables), self.storage)
        after = self.storage.jobs.get(job.id)
        assert after is not None
        return after

    def play(self, job: Job, mode: str, movie: Path | None = None, **variables: str) -> Job:
        """Run one attempt with the stand-in for aerender in a mode."""
        command = f"'{sys.executable}' -S '{FAKE_AERENDER}'"
        played = {"INTARSIA_AERENDER": command, "FAKE_MODE": mode, "FAKE_MOVIE": str(movie or "")}
        return self.render(job, **played, **variables)

    def log(self, job: Job) -> str:
        """The uploaded log."""
        return self.storage.renders.get_text(log_key(job.id))

    def output(self, job: Job, to: Path) -> Path:
        """The uploaded output, downloaded to `to`."""
        self.storage.renders.download(self._key(job), to)
        return to

    def content_type(self, key: str) -> str:
        """Content type of an object in the renders bucket."""
        head: Mapping[str, Any] = boto3.client("s3").head_object(Bucket="renders", Key=key)
        return str(head["ContentType"])

    @staticmethod
    def _key(job: Job) -> str:
        assert job.output is not None
        return job.output.key


@pytest.fixture
def compositor_process() -> None:
    """The open compositor runs as a process of its own."""


@pytest.fixture(autouse=True)
def compositor_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The open compositor draws in this process, unless `compositor_process` is asked for."""
    if "compositor_process" not in request.fixturenames:
        monkeypatch.setattr(engine, "run_engine", engine_in_process.run_engine)


@pytest.fixture
def reader_process() -> None:
    """A template from a URL is read by a process of its own."""


@pytest.fixture(autouse=True)
def reader_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Templates are read in this process, unless `reader_process` is asked for."""
    if "reader_process" not in request.fixturenames:
        monkeypatch.setattr(template_module, "read_project", read_in_process)


@pytest.fixture
def desk(
    jobs: AttemptRepository,
    renders: Objects,
    make_job: Callable[..., Job],
    media: Path,
    tmp_path: Path,
) -> Iterator[Desk]:
    folder = tmp_path / "work"
    folder.mkdir()
    tempfile.tempdir = str(folder)
    templates = Objects(boto3.client("s3"), "templates")
    yield Desk(Storage(jobs, templates, renders), make_job, folder, media)
    tempfile.tempdir = None
