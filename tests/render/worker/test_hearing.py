"""Whether the sound of a render in pieces is rendered at all."""

from dataclasses import replace
from pathlib import Path

from render_container.injection.inside import prepare_inside
from render_container.injection.plan import Plan
from render_container.worker.pieces.hearing import can_sound
from render_container.worker.work import Prepared


def test_a_project_that_after_effects_will_fill_may_sound(template: Path, tmp_path: Path) -> None:
    silent = Prepared(
        project=template,
        fonts=None,
        composition="main",
        width=64,
        height=36,
        fps=10,
        first=0,
        last=9,
        displayed_start=0,
    )
    assert not can_sound(silent)
    inside = prepare_inside(template, Plan(), tmp_path, composition="main")
    assert can_sound(replace(silent, inside=inside))
