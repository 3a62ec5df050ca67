"""aerender's command line for one render."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from intarsia.domain.settings import Codec

_RENDER_SETTINGS = {"full": "nx_full", "draft": "nx_draft"}


Module = Codec | Literal["intermediate", "sound"]
"""Output module template: that of a codec, or one for the pieces of a longer render.

Those are `intermediate` (lossless or nearly lossless pictures, no sound) and `sound` (WAV, no
pictures).
"""


@dataclass(frozen=True)
class Render:
    """Parameters of one run of aerender."""

    project: Path
    composition: str
    output: Path
    """The movie, or for images a name with `[#####]` in place of the frame number."""
    module: Module
    quality: Literal["draft", "full"]
    first: int
    """First frame, counted from 0."""
    last: int
    """Last frame, inclusive."""
    displayed_start: int = 0
    """Number that the timeline shows for the composition's first frame.

    -s and -e take displayed numbers: commandLineRenderer.jsx subtracts the display start.
    """
    whole: bool = False
    """True to draw the whole composition, whose length a script may still change.

    `first` and `last` are then only the range known before the render.
    """

    @property
    def frames(self) -> int:
        """Number of frames from `first` to `last`."""
        return self.last - self.first + 1


def render_arguments(render: Render) -> list[str]:
    """Return the arguments that follow the engine's command.

    A `whole` composition gets no range: the render settings' time span applies, and must be its
    length. -reuse is never passed, because two renders would share one After Effects.
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
