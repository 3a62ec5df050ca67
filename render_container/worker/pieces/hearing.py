"""Whether a composition can be heard, so that no engine is started for silence."""

from typing import Any

from intarsia.projects.reader import open_project
from render_container.worker.work import Prepared


def can_sound(prepared: Prepared) -> bool:
    """Whether a layer of the composition, or of one inside it, has sound that is switched on.

    Solo, guide layers and levels are left to the engine: they can only silence more. What After
    Effects itself will put into the project cannot be heard yet, but may be.
    """
    if prepared.inside is not None:
        return True
    app, _ = open_project(prepared.project, in_detail=lambda _: False)
    by_id = {comp.id: comp for comp in app.project.compositions}
    waiting = [comp for comp in by_id.values() if comp.name == prepared.composition]
    seen = {comp.id for comp in waiting}
    while waiting:
        for layer in waiting.pop().layers:
            source = _source(layer)
            if source is None:
                continue
            if source.id in by_id:
                if source.id not in seen:
                    seen.add(source.id)
                    waiting.append(by_id[source.id])
            elif getattr(layer, "has_audio", False):
                return True
    return False


def _source(layer: Any) -> Any:
    """What a layer whose sound is on plays, or None."""
    return getattr(layer, "source", None) if getattr(layer, "audio_enabled", False) else None
