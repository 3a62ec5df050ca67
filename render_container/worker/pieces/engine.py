"""Runs of the engine for a piece: its pictures, and once for all pieces the sound."""

from render_container.worker.pieces.places import is_encoded_once
from render_container.worker.render import draw
from render_container.worker.work import Drawn, Prepared, RenderWork


def draw_pictures(work: RenderWork, prepared: Prepared) -> Drawn:
    """Draw the pictures of a range. Raises AttemptError, LostAttemptError."""
    encoded_once = is_encoded_once(work.manifest)
    return draw(work, prepared, "intermediate" if encoded_once else work.manifest.codec, "pictures")


def draw_sound(work: RenderWork, prepared: Prepared) -> Drawn:
    """Write the sound of a range. Raises AttemptError, LostAttemptError."""
    return draw(work, prepared, "sound", "sound")
