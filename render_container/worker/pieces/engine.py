"""Runs of the engine for a piece: its pictures, and once for all pieces the sound."""

from dataclasses import replace
from enum import StrEnum

from intarsia.domain.settings import Engine
from render_container.worker.pieces.places import is_encoded_once
from render_container.worker.render import render
from render_container.worker.work import Drawn, Prepared, RenderWork


class _OpenModule(StrEnum):
    """Output modules that no job can ask for. They stand where a codec stands otherwise."""

    INTERMEDIATE = "intermediate"
    SOUND = "sound"

    @property
    def extension(self) -> str:
        """Of the compositor's file, without the dot."""
        return "wav" if self is _OpenModule.SOUND else "avi"


class _AfterEffectsModule(StrEnum):
    """The same, of which After Effects makes a QuickTime movie."""

    INTERMEDIATE = "intermediate"
    SOUND = "sound"

    @property
    def extension(self) -> str:
        """Of After Effects' file, without the dot."""
        return "wav" if self is _AfterEffectsModule.SOUND else "mov"


def draw_pictures(work: RenderWork, prepared: Prepared) -> Drawn:
    """Draw the pictures of a range. Raises AttemptError, LostAttemptError."""
    if not is_encoded_once(work.manifest):
        return _kept(work, render(work, prepared), "pictures")
    return _run(work, prepared, _modules(work).INTERMEDIATE, "pictures")


def draw_sound(work: RenderWork, prepared: Prepared) -> Drawn:
    """Write the sound of a range. Raises AttemptError, LostAttemptError."""
    return _run(work, prepared, _modules(work).SOUND, "sound")


def _modules(work: RenderWork) -> type[_OpenModule] | type[_AfterEffectsModule]:
    return _OpenModule if work.manifest.engine is Engine.OPEN else _AfterEffectsModule


def _run(
    work: RenderWork, prepared: Prepared, module: _OpenModule | _AfterEffectsModule, name: str
) -> Drawn:
    manifest = work.manifest.model_copy(update={"codec": module})
    return _kept(work, render(replace(work, manifest=manifest), prepared), name)


def _kept(work: RenderWork, drawn: Drawn, name: str) -> Drawn:
    """What was drawn, out of the way of the next run."""
    folder = work.folder / name
    if drawn.files:
        drawn.files[0].parent.rename(folder)
    return replace(drawn, files=[folder / file.name for file in drawn.files])
