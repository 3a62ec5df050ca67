"""The footage library, which finds the files of a project's footage and opens each item once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from py_aep import AlphaMode, FileSource, FootageItem

from render_container.compositor.errors import FootageError
from render_container.compositor.footagefiles import FootageFiles
from render_container.compositor.media import Bars, Interpretation, Media, Sequence, Still

_STILLS = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".bmp", ".gif", ".tif", ".tiff", ".tga", ".webp", ".psd",
     ".ppm", ".pgm", ".pbm", ".jp2", ".ico"}
)  # fmt: skip
_NUMBER = re.compile(r"(\d+)(\D*)$")


class FootageLibrary:
    """A finder and opener of a project's footage.

    An untrusted project may contain the path of any file of the machine. The environment variable
    INTARSIA_FOOTAGE_FOLDER therefore restricts the absolute paths that are opened: only files below
    that folder. Files in the project's own folder may always be opened.

    Args:
        folder: the project file's folder.
        bars_for_missing: True to draw colour bars for missing files instead of failing.
    """

    def __init__(self, folder: Path, *, bars_for_missing: bool) -> None:
        only_in = os.environ.get("INTARSIA_FOOTAGE_FOLDER")
        self._files = FootageFiles(folder, only_in=Path(only_in) if only_in else None)
        self._bars_for_missing = bars_for_missing
        self._media: dict[int, Media] = {}

    def media(self, item: Any) -> Media:
        """Return the frames of a footage item; colour bars for a placeholder.

        `item` is a py-aep FootageItem that has a picture and is not a solid. Missing files are
        colour bars too if `bars_for_missing` is True.

        Raises:
            FootageError: if the file cannot be decoded, or is missing and `bars_for_missing` is
                False.
        """
        if item.id not in self._media:
            self._media[item.id] = self._open(item)
        return self._media[item.id]

    def file(self, item: Any) -> Path | None:
        """Return the file of a py-aep FootageItem; of an image sequence, the first file.

        Returns None for an item that has no file (such as a placeholder), and for a missing file
        if `bars_for_missing` is True.

        Raises:
            FootageError: if the file is missing, and `bars_for_missing` is False.
        """
        source = item.main_source
        if not isinstance(source, FileSource):
            return None
        found = self._files.find(str(source.file))
        if found is None and not self._bars_for_missing:
            raise FootageError(f"Unable to Render: File Not Found {source.file}")
        return found

    def check(self, layers: Iterable[Any]) -> set[str]:
        """Check, before any frame is drawn, that the footage files of py-aep layers exist.

        Returns the missing ones, which colour bars will replace: their paths as stored in the
        project.

        Raises:
            FootageError: if a file is missing, and `bars_for_missing` is False.
        """
        sources = [getattr(layer, "source", None) for layer in layers]
        return {
            str(source.main_source.file)
            for source in sources
            if isinstance(source, FootageItem)
            and isinstance(source.main_source, FileSource)
            and self.file(source) is None
        }

    def _open(self, item: Any) -> Media:
        path = self.file(item)
        if path is None:
            return Bars(int(item.width), int(item.height))
        source = item.main_source
        interpretation = _interpretation(source)
        loop = max(1, int(source.loop))
        if source.target_is_folder or len(source.file_names) > 1:
            paths = _sequence_paths(path, item)
            return Sequence(paths, float(item.frame_rate) or 30.0, loop, interpretation)
        if path.suffix.lower() in _STILLS:
            return Still(path, interpretation)
        from render_container.compositor.video import Video

        return Video(path, interpretation, float(source.conform_frame_rate), loop)


def _interpretation(source: Any) -> Interpretation:
    if not source.has_alpha:
        # The project records no alpha. If the file has alpha, it is treated as straight.
        return Interpretation()
    matte = source.premul_color
    return Interpretation(
        ignore=source.alpha_mode == AlphaMode.IGNORE,
        premultiplied=source.alpha_mode == AlphaMode.PREMULTIPLIED,
        invert=bool(source.invert_alpha) and source.alpha_mode != AlphaMode.IGNORE,
        matte=(float(matte[0]), float(matte[1]), float(matte[2])),
    )


def _sequence_paths(first: Path, item: Any) -> list[Path]:
    """Return the files of an image sequence, all in the folder of its first file.

    The names are those that the project stores. If it stores none, the number in the first name is
    counted up.
    """
    names = [name for name in item.main_source.file_names if Path(name).name == name]
    match = _NUMBER.search(first.name)
    if names or match is None:
        return [first.with_name(name) for name in names] or [first]
    count = max(1, int(item.end_frame) - int(item.start_frame) + 1)
    stem, digits, tail = first.name[: match.start()], match[1], match[2]
    return [
        first.with_name(f"{stem}{int(digits) + index:0{len(digits)}d}{tail}")
        for index in range(count)
    ]
