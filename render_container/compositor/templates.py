"""Output module templates for the flag `-OMtemplate`, with the format and encoding of each."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from render_container.compositor.errors import CompositorError
from render_container.encoding.formats import FORMATS, INTERMEDIATE, MovieFormat


@dataclass(frozen=True)
class OutputTemplate:
    """An output module template: the file format and encoding of a render."""

    name: str
    """Name of the template, without the prefix `nx_`."""
    kind: Literal["movie", "image", "sound"]
    format: str
    """Name of the file format in the log."""
    info: str
    """Name of the encoding in the log."""
    alpha: bool = False
    """Whether the output has an alpha channel."""
    extension: str = ".mp4"
    movie: MovieFormat | None = None
    """Encoding of a movie; None for images and sound."""

    @property
    def has_audio(self) -> bool:
        """Whether a render with this template writes sound.

        Image sequences have none. The intermediate movies of a render in pieces have none either:
        the sound is rendered separately.
        """
        return self.kind == "sound" or (self.movie is not None and self.movie is not INTERMEDIATE)


def _movie(name: str, form: str, info: str, extension: str = ".mp4") -> OutputTemplate:
    movie = FORMATS[name]
    return OutputTemplate(name, "movie", form, info, movie.alpha, extension, movie)


def _h264(mode: str, megabits: int) -> OutputTemplate:
    info = f"H.264 {mode.upper()} {megabits} Mbps"
    return _movie(f"video_h264_{mode}_{megabits}mbps", "H.264", info)


_ALL = [_h264(mode, megabits) for mode in ("vbr", "cbr") for megabits in (1, 5, 15, 40)] + [
    _movie("video_prores_422", "QuickTime", "Apple ProRes 422", ".mov"),
    _movie("video_prores_4444", "QuickTime", "Apple ProRes 4444", ".mov"),
    OutputTemplate("image_png", "image", "PNG Sequence", "PNG", alpha=True, extension=".png"),
    OutputTemplate("image_jpeg", "image", "JPEG Sequence", "JPEG", extension=".jpg"),
    # For a render in pieces: the pictures of one piece, and the sound of the whole render.
    OutputTemplate(
        "intermediate", "movie", "AVI", "Ut Video", extension=".avi", movie=INTERMEDIATE
    ),
    OutputTemplate("sound", "sound", "WAV", "WAV", extension=".wav"),
]
TEMPLATES = {template.name: template for template in _ALL}
_DEFAULTS = {
    ".mp4": "video_h264_vbr_15mbps",
    ".m4v": "video_h264_vbr_15mbps",
    ".mov": "video_prores_422",
    ".png": "image_png",
    ".jpg": "image_jpeg",
    ".jpeg": "image_jpeg",
}
_COUNTER = re.compile(r"\[(#+)\]")


def find_template(name: str | None, output: Path) -> OutputTemplate:
    """Return the output module template with a name, which may start with `nx_`.

    If `name` is None, returns the default template for the extension of the output path.

    Raises:
        CompositorError: if no template has that name, or `name` is None and the extension has no
            default template.
    """
    if name is None:
        default = _DEFAULTS.get(output.suffix.lower())
        if default is None:
            raise CompositorError(
                f"no output module template was given, and {output.suffix!r} has no default;"
                " name one with -OMtemplate."
            )
        return TEMPLATES[default]
    template = TEMPLATES.get(name.removeprefix("nx_"))
    if template is None:
        raise CompositorError("No output module template was found with the given name.")
    return template


def numbered(output: Path, number: int) -> Path:
    """Return the output path of one frame, with its number in place of `[#####]` in the name.

    The number is padded with zeros to as many digits as there are `#`.
    """
    name = _COUNTER.sub(lambda match: f"{number:0{len(match[1])}d}", output.name)
    return output.with_name(name)


def is_numbered(output: Path) -> bool:
    """Return whether the output's file name has a placeholder, `[#####]`, for the frame number."""
    return bool(_COUNTER.search(output.name))
