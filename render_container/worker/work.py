"""Data that the stages of one attempt share or pass on."""

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
    """Data of one attempt at a job, for its stages.

    `folder` is used by this attempt alone and is removed when the attempt ends.
    """

    manifest: ManifestT_co
    folder: Path
    environment: WorkerEnvironment
    jobs: JobRepository
    templates: Objects
    renders: Objects
    heartbeat: Heartbeat
    log: Logbook
    warnings: list[str] = field(default_factory=list)
    """Warnings to the job's owner so far, recorded with the job however the attempt ends."""
    stages: list[StageTime] = field(default_factory=list)
    """Times of the stages so far, in order."""

    @property
    def stage_seconds(self) -> dict[str, float]:
        """Duration of each successful stage in seconds, by the stage's name."""
        return {stage.name: round(stage.seconds, 3) for stage in self.stages if stage.well}

    @property
    def is_open(self) -> bool:
        """Return whether the job requests the open compositor."""
        return isinstance(self.manifest, Manifest) and self.manifest.engine is Engine.OPEN

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """Report, time and log the stage that runs in the `with` block.

        Raises LostAttemptError before or after the block if the attempt is known to be lost.
        """
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
    """Properties that the output must have."""

    frames: int
    width: int  # pixels
    height: int  # pixels
    fps: float
    pictures: bool = False
    """True for one picture file per frame, False for one movie."""


@dataclass(frozen=True)
class Prepared:
    """A project that is ready to be rendered, and the composition to render."""

    project: Path
    fonts: Path | None
    """Folder with the team's fonts, in addition to those beside the project.

    None if the manifest names no fonts.
    """
    composition: str
    width: int  # pixels
    height: int  # pixels
    fps: float
    first: int
    """First frame to render, counted from 0."""
    last: int
    """Last frame to render, inclusive."""
    displayed_start: int
    """Number that After Effects' timeline shows for frame 0."""
    inside: InsidePlan | None = None
    """Plan by which After Effects injects the assets before it renders.

    None if the assets have already been injected into `project`.
    """
    whole: bool = False
    """True to render the whole composition, because a script may still change its length.

    `last` is then the last frame according to the project before the script runs.
    """

    @property
    def frames(self) -> int:
        """Number of frames that the output must have."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Drawn:
    """Output of one engine run."""

    files: list[Path]
    """The movie, or the pictures in frame order."""
    began: float
    """Start of the run, in seconds since 1970."""
    seconds: float
    """Wall-clock time that the engine's run took."""
    rendered_by: str
    """Name of the program that rendered, with its version if known."""
    missing_fonts: list[str]
    """Names of fonts that the project uses and the engine did not find."""
    prepared: Prepared
    """The rendered project, with the composition's measures at the time of the run."""


@dataclass(frozen=True)
class Made:
    """Result of a successful attempt."""

    output: Output
    seconds: float
    """Duration of rendering, packaging or joining; for a job in pieces, summed over its tasks."""
    rendered_by: str
    """Name of the program that produced the output."""
    missing_fonts: list[str] = field(default_factory=list)
    """Names of fonts that the project uses and the engine did not find."""
    stage_seconds: dict[str, float] = field(default_factory=dict)
    """Duration of each stage in seconds, by the stage's name."""
