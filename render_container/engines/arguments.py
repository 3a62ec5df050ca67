"""aerender's command line for one render."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from intarsia.domain.settings import Codec

_RENDER_SETTINGS = {"full": "nx_full", "draft": "nx_draft"}


Module = Codec | Literal["intermediate", "sound"]
"""Name of an output-module template in After Effects: a codec, `intermediate` or `sound`.

Renders in pieces use the last two: `intermediate` for lossless or nearly lossless pictures without
sound, and `sound` for a WAV file without pictures.
"""


@dataclass(frozen=True)
class Render:
    """Parameters of one run of aerender."""

    project: Path
    composition: str
    output: Path
    """Path of the movie, or for images a path with `[#####]` in place of the frame number."""
    module: Module
    quality: Literal["draft", "full"]
    """Selects the render-settings template in After Effects."""
    first: int
    """First frame, counted from 0."""
    last: int
    """Last frame, inclusive."""
    displayed_start: int = 0
    """Number that After Effects' timeline shows for the composition's first frame.

    aerender's -s and -e take displayed frame numbers, so this is added to `first` and `last`.
    Adobe's commandLineRenderer.jsx subtracts it again.
    """
    whole: bool = False
    """True to render the whole composition, because a script may still change its length.

    `first` and `last` are then only the range as known before the render.
    """

    @property
    def frames(self) -> int:
        """Number of frames from `first` to `last`."""
        return self.last - self.first + 1


def render_arguments(render: Render) -> list[str]:
    """Return the arguments of a render, to be appended to the engine's command.

    For a `whole` composition, -s and -e are left out. The time span in the render-settings template
    then applies, so that must be the length of the composition. -reuse is never passed, because
    with it two renders would share one After Effects.
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
