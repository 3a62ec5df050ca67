"""What the stages of one attempt share."""

from dataclasses import dataclass
from pathlib import Path

from intarsia.domain.manifests import Manifest
from intarsia.storage.objects import Objects
from render_container.worker.environment import WorkerEnvironment
from render_container.worker.heartbeat import Heartbeat
from render_container.worker.logbook import Logbook


@dataclass(frozen=True)
class Work:
    """One attempt at a render. Its folder is its own and goes when it ends."""

    manifest: Manifest
    folder: Path
    environment: WorkerEnvironment
    templates: Objects
    renders: Objects
    heartbeat: Heartbeat
    log: Logbook


@dataclass(frozen=True)
class Prepared:
    """A project into which everything has been put, and the composition to draw."""

    project: Path
    width: int  # pixels
    height: int  # pixels
    fps: float
    first: int
    """First frame to draw, counted from 0."""
    last: int
    """Last frame, drawn too."""
    displayed_start: int
    """The number that the timeline shows for frame 0."""

    @property
    def frames(self) -> int:
        """How many frames the output must have."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Drawn:
    """What the engine wrote."""

    files: list[Path]
    """The movie, or the pictures in the order of their frames."""
    seconds: float
    rendered_by: str
    missing_fonts: list[str]
    warnings: list[str]
