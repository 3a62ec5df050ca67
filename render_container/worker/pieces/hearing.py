"""Detection of sound in a composition, so that no engine is started to render silence."""

from typing import Any

from intarsia.projects.reader import open_project
from render_container.worker.work import Prepared


def can_sound(prepared: Prepared) -> bool:
    """Return whether a layer of the composition or of its precompositions has sound switched on.

    Ignores solo, guide layers and audio levels, which can only silence further layers. So a silent
    composition may also return True. Returns True if After Effects is still to apply a plan before
    it renders, because the plan may add sound.
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
    """Return the source item of a layer in py-aep; None if the layer's sound is off."""
    return getattr(layer, "source", None) if getattr(layer, "audio_enabled", False) else None
