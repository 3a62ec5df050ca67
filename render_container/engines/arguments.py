"""aerender's command line for one render."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from intarsia.domain.settings import Codec

_RENDER_SETTINGS = {"full": "nx_full", "draft": "nx_draft"}


@dataclass(frozen=True)
class Render:
    """What one run of aerender is to draw."""

    project: Path
    composition: str
    output: Path
    """The movie, or for images a name that holds `[#####]` in place of the frame's number."""
    codec: Codec
    quality: Literal["draft", "full"]
    first: int
    """First frame, counted from 0."""
    last: int
    """Last frame, rendered too."""
    displayed_start: int = 0
    """The number that the timeline shows for the composition's first frame: -s and -e take the
    numbers that are shown (commandLineRenderer.jsx subtracts the display start)."""

    @property
    def frames(self) -> int:
        """How many frames there will be."""
        return self.last - self.first + 1


def render_arguments(render: Render) -> list[str]:
    """Arguments that follow the engine's command.

    The range is always given: without it the template's time span (often the work area) decides.
    Never -reuse: two renders would meet in one After Effects.
    """
    return [
        *("-project", str(render.project)),
        *("-comp", render.composition),
        *("-output", str(render.output)),
        *("-OMtemplate", render.codec.value),
        *("-RStemplate", _RENDER_SETTINGS[render.quality]),
        *("-s", str(render.first + render.displayed_start)),
        *("-e", str(render.last + render.displayed_start)),
        *("-sound", "ON"),
        *("-v", "ERRORS_AND_PROGRESS"),
        *("-close", "DO_NOT_SAVE_CHANGES"),
    ]
