"""Replacement of footage and recolouring of solids, without effect on other layers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import py_aep

from intarsia.domain.errors import Problem
from render_container.injection.operations import FootageKind, MediaInfo

DURATION_TOLERANCE = 0.1  # seconds


@dataclass(frozen=True)
class LackingProblem(Problem):
    """Problem of py-aep alone: After Effects itself can carry out the operation."""


def import_footage(project: Any, path: Path) -> Any | Problem:
    """Import a file into a py-aep project. Return the new footage item, or a Problem.

    py-aep reads size, duration, frame rate, alpha and sound from the file's header, and refuses the
    files that After Effects refuses. For a format that only After Effects can import, the result is
    a LackingProblem.
    """
    if not path.is_file():
        return Problem("src", f'the file "{path.name}" does not exist')
    try:
        return project.import_file(py_aep.ImportOptions(path.absolute()))
    except NotImplementedError:
        return LackingProblem(
            "src", f'"{path.name}" has a format that only After Effects itself can import'
        )
    except Exception as error:  # noqa: BLE001 - a hostile file may raise any error
        return Problem("src", f'"{path.name}" cannot be imported into After Effects: {error}')


def check_kind(item: Any, kind: FootageKind) -> Problem | None:
    """Return a problem if a footage item lacks the picture or sound for its `kind`, else None."""
    if kind == "audio" and not item.has_audio:
        return Problem("src", f'"{item.name}" has no sound')
    if kind != "audio" and not item.has_video:
        return Problem("src", f'"{item.name}" has no picture')
    return None


def probe_differences(item: Any, media: MediaInfo | None, name: str) -> Iterator[str]:
    """Yield a warning for each difference between a footage item and the probe of its file.

    `media` is the result of the probe; None if there was none. `name` is the file's name for the
    warnings.
    """
    if media is None:
        return
    if item.has_video and media.width and (item.width, item.height) != (media.width, media.height):
        yield (
            f'"{name}" has {item.width}x{item.height} pixels in After Effects'
            f" but {media.width}x{media.height} according to the probe"
        )
    both = bool(item.duration and media.duration_s)
    if both and abs(item.duration - media.duration_s) > DURATION_TOLERANCE:
        yield (
            f'"{name}" lasts {item.duration:.2f} s in After Effects'
            f" but {media.duration_s:.2f} s according to the probe"
        )


def replace_footage(layer: Any, item: Any) -> Iterator[str]:
    """Make the footage `item` the source of `layer`, and yield warnings.

    Acts only while it is iterated. A layer without its own name has that of its source, so a new
    source would rename it. Here the old name becomes the layer's own, so that expressions and
    later lookups still find the layer.
    """
    name, ended = layer.name, layer.out_point
    layer.replace_source(item)
    if layer.name != name:
        layer.name = name
    if layer.out_point < ended - DURATION_TOLERANCE:
        yield (
            f'"{item.name}" ends at {layer.out_point:.2f} s in layer "{name}",'
            f" which is then empty until {ended:.2f} s, its end in the template"
        )


def recolour_solids(project: Any, layers: Sequence[Any], color: list[float]) -> None:
    """Set the colour of the solids that are the sources of `layers`.

    Solids that other layers use too are copied first. `color` has components from 0 to 1. Raises
    ValueError if the source of a layer is no longer a solid.
    """
    for layer in layers:
        if layer.source.main_source.__class__ is not py_aep.SolidSource:
            raise ValueError(
                f'layer "{layer.name}" is no longer a solid: an earlier asset replaced its source'
            )
    by_source: dict[int, list[Any]] = {}
    for layer in layers:
        by_source.setdefault(layer.source.id, []).append(layer)
    for group in by_source.values():
        source = group[0].source
        if _uses(project, source) > len(group):
            source = _copy_solid(project, source)
            for layer in group:
                layer.replace_source(source)
        source.main_source.color = color


def _uses(project: Any, item: Any) -> int:
    return sum(layer.source is item for comp in project.compositions for layer in comp.av_layers)


def _copy_solid(project: Any, item: Any) -> Any:
    copy = project.import_placeholder(item.name, 4, 4, 1.0, 1.0)
    copy.replace_with_solid(
        list(item.main_source.color), item.name, item.width, item.height, item.pixel_aspect
    )
    copy.parent_folder = item.parent_folder
    return copy
