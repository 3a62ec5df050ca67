"""What the stages of one attempt share."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from intarsia.domain.jobs import Output
from intarsia.domain.manifests import AnyManifest, JoinManifest, Manifest
from intarsia.domain.settings import Engine
from intarsia.domain.states import Stage
from intarsia.storage.jobs import JobRepository
from intarsia.storage.objects import Objects
from render_container.injection.inside import InsidePlan
from render_container.worker.environment import WorkerEnvironment
from render_container.worker.heartbeat import Heartbeat
from render_container.worker.logbook import Logbook
from render_container.worker.tracing import StageTime

ManifestT_co = TypeVar("ManifestT_co", bound=AnyManifest, covariant=True)


@dataclass(frozen=True)
class Work(Generic[ManifestT_co]):
    """One attempt at a job. Its folder is its own and goes when it ends."""

    manifest: ManifestT_co
    folder: Path
    environment: WorkerEnvironment
    jobs: JobRepository
    templates: Objects
    renders: Objects
    heartbeat: Heartbeat
    log: Logbook
    warnings: list[str] = field(default_factory=list)
    """What was odd so far; recorded with the job, however the attempt ends."""
    stages: list[StageTime] = field(default_factory=list)
    """The stages so far, in their order."""

    @property
    def stage_seconds(self) -> dict[str, float]:
        """How long each stage took that has ended well, by its name."""
        return {stage.name: round(stage.seconds, 3) for stage in self.stages if stage.well}

    @property
    def is_open(self) -> bool:
        """Whether the open compositor is asked to draw."""
        return isinstance(self.manifest, Manifest) and self.manifest.engine is Engine.OPEN

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """Report and log a stage. Raises LostAttemptError before and after it."""
        self.heartbeat.enter(stage)
        began, clock, well = time.time(), time.monotonic(), False
        self.log.line(f"{stage.value} ...")
        try:
            yield
            well = True
        finally:
            seconds = time.monotonic() - clock
            self.stages.append(StageTime(stage.value, began, seconds, well))
        self.log.line(f"{stage.value}: {seconds:.2f} s")
        self.heartbeat.check()


AnyWork = Work[AnyManifest]
RenderWork = Work[Manifest]
JoinWork = Work[JoinManifest]


@dataclass(frozen=True)
class Expected:
    """What the output has to be."""

    frames: int
    width: int  # pixels
    height: int  # pixels
    fps: float
    pictures: bool = False
    """A picture a frame, in place of one movie."""


@dataclass(frozen=True)
class Prepared:
    """A project into which everything has been put, and the composition to draw."""

    project: Path
    fonts: Path | None
    """A folder with fonts beside those of the template."""
    composition: str
    width: int  # pixels
    height: int  # pixels
    fps: float
    first: int
    """First frame to draw, counted from 0."""
    last: int
    """Last frame, drawn too."""
    displayed_start: int
    """The number that the timeline shows for frame 0."""
    inside: InsidePlan | None = None
    """What After Effects is to do to the project before it draws; None: it has been done."""
    whole: bool = False
    """From end to end, however long scripts make it; `last` is then what was known before."""

    @property
    def frames(self) -> int:
        """How many frames the output must have."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Drawn:
    """What the engine wrote."""

    files: list[Path]
    """The movie, or the pictures in the order of their frames."""
    began: float
    """Seconds since 1970."""
    seconds: float
    rendered_by: str
    missing_fonts: list[str]
    prepared: Prepared
    """What was drawn, with its measures as they were then."""


@dataclass(frozen=True)
class Made:
    """What an attempt has brought about."""

    output: Output
    seconds: float
    """How long it was drawn or stitched."""
    rendered_by: str
    missing_fonts: list[str] = field(default_factory=list)
    stage_seconds: dict[str, float] = field(default_factory=dict)
    """How long each stage took, by its name."""
