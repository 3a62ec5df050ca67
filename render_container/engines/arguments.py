"""aerender's command line for one render."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from intarsia.domain.settings import Codec

_RENDER_SETTINGS = {"full": "nx_full", "draft": "nx_draft"}


Module = Codec | Literal["intermediate", "sound"]
"""An output module template: that of a codec, or one for the pieces of a longer render:
`intermediate` (pictures without loss, or nearly, and no sound) and `sound` (WAV, no pictures)."""


@dataclass(frozen=True)
class Render:
    """What one run of aerender is to draw."""

    project: Path
    composition: str
    output: Path
    """The movie, or for images a name that holds `[#####]` in place of the frame's number."""
    module: Module
    quality: Literal["draft", "full"]
    first: int
    """First frame, counted from 0."""
    last: int
    """Last frame, rendered too."""
    displayed_start: int = 0
    """The number that the timeline shows for the composition's first frame: -s and -e take the
    numbers that are shown (commandLineRenderer.jsx subtracts the display start)."""
    whole: bool = False
    """Draw the composition from end to end, however long it is by then: a script decides that.
    `first` and `last` are only what was known before."""

    @property
    def frames(self) -> int:
        """How many frames there will be."""
        return self.last - self.first + 1


def render_arguments(render: Render) -> list[str]:
    """Arguments that follow the engine's command.

    Without a range the render settings' time span decides, which for a `whole` composition has to
    be its length. Never -reuse: two renders would meet in one After Effects.
    """
    first, last = render.first + render.displayed_start, render.last + render.displayed_start
    return [
        *("-project", str(render.project)),
        *("-comp", render.composition),
        *("-output", str(render.output)),
        *("-OMtemplate", str(render.module)),
        *("-RStemplate", _RENDER_SETTINGS[render.quality]),
        *([] if render.whole else ["-s", str(first), "-e", str(last)]),
        *("-sound", "OFF" if render.module == "intermediate" else "ON"),
        *("-v", "ERRORS_AND_PROGRESS"),
        *("-close", "DO_NOT_SAVE_CHANGES"),
    ]
