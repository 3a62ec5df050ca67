"""A plan that After Effects carries out while it renders: chosen, told, believed as far as due."""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from intarsia.domain.jobs import Job
from intarsia.domain.states import Status
from render_container.engines.watchdogs import Watchdogs
from render_container.worker import engine
from tests.support.paths import AFTER_EFFECTS

SCRIPT = {"type": "script", "value": "app.project.item(1).duration = 0.9;"}
MAIN = {"id": 1, "name": "main", "fps": 10, "width": 64, "height": 36, "displayed_start": 0}

Draw = Callable[..., Job]


@pytest.fixture
def draw(desk: Any, template: Path) -> Draw:
    """Renders a job by the stand-in, which answers the plan; other keywords: the manifest."""

    def run(answer: dict[str, Any] | None, movie: str = "clip.mp4", **job: Any) -> Job:
        told = {
            "AE_ANSWER": "none" if answer is None else json.dumps(answer),
            "AE_MOVIE": str(desk.media / movie),
            "INTARSIA_AERENDER": f"'{sys.executable}' -S '{AFTER_EFFECTS}'",
        }
        variables = job.pop("variables", {})
        added = desk.add(template, **({"engine": "ae2026", "assets": [SCRIPT]} | job))
        after = desk.render(added, **told, **variables)
        assert isinstance(after, Job)
        return after

    return run


def told(job: Job) -> tuple[str, str]:
    assert job.verdict is not None
    return job.verdict.kind, job.verdict.reason


def test_a_script_decides_how_long_the_composition_is(desk: Any, draw: Draw) -> None:
    done = draw({"composition": MAIN | {"frames": 9}}, "short.mp4")
    assert done.status is Status.FINISHED, done.verdict
    assert done.output is not None
    assert done.output.frames == 9
    assert "injected by After Effects, because of assets[0].type: a script needs" in desk.log(done)
    assert "applied 1 of 1 operations in 26.0x67" in desk.log(done)


def test_a_whole_composition_is_drawn_without_a_range(desk: Any, draw: Draw) -> None:
    assert "-s -e" not in desk.log(draw({"composition": MAIN | {"frames": 10}}))
    ranged = draw({"composition": MAIN | {"frames": 10}}, frames=(0, 9))
    assert "range: -s -e" in desk.log(ranged)


def test_frames_that_the_composition_no_longer_has(draw: Draw) -> None:
    kind, reason = told(draw({"composition": MAIN | {"frames": 9}}, frames=(0, 9)))
    assert (kind, reason) == ("user", 'settings.frames: composition "main" has frames 0 to 8.')


def test_a_file_with_fewer_frames_than_the_composition_then_has(draw: Draw) -> None:
    kind, reason = told(draw({"composition": MAIN | {"frames": 10}}, "short.mp4"))
    assert (kind, reason) == ("transient", "The output has 9 frames instead of 10.")


def test_what_the_script_said_reaches_the_job(draw: Draw) -> None:
    said = {"field": "assets[0]", "message": "alert: hello"}
    done = draw(
        {
            "composition": MAIN | {"frames": 10},
            "warnings": [said],
            "missing_fonts": ["Kastl-Bold"],
        }
    )
    assert "assets[0]: alert: hello" in done.warnings
    assert done.missing_fonts == ["Kastl-Bold"]


@pytest.mark.parametrize(
    ("problem", "kind", "reason"),
    [
        (
            {"field": "assets[0]", "message": "x is undefined (line 3)", "kind": "user"},
            "user",
            "assets[0]: x is undefined (line 3)",
        ),
        (
            {"field": "assets[0].layerName", "message": "no layer 2", "kind": "differs"},
            "configuration",
            "differs from the project read off-line",
        ),
    ],
)
def test_a_plan_that_was_not_applied_explains_the_failed_run(
    draw: Draw, problem: dict[str, str], kind: str, reason: str
) -> None:
    failed = told(draw({"status": "failed", "applied": 0, "problems": [problem]}))
    assert failed[0] == kind
    assert reason in failed[1]


def test_without_the_startup_script_nothing_is_believed(draw: Draw) -> None:
    kind, reason = told(draw(None))
    assert kind == "configuration"
    assert "zz_intarsia.jsx is not in Scripts/Startup" in reason


def test_a_result_with_another_token_is_nobodys(draw: Draw) -> None:
    kind, reason = told(draw({"token": "f" * 32, "composition": MAIN | {"frames": 10}}))
    assert (kind, "a script overwrote" in reason) == ("user", True)


def test_a_script_that_does_not_end_is_the_jobs_matter(
    draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = partial(engine.run_engine, watchdogs=Watchdogs(open=0.5))
    monkeypatch.setattr(engine, "run_engine", quick)
    running = {"status": "running", "field": "assets[0]", "applied": 0}
    kind, reason = told(draw(running, variables={"AE_HANG": "1"}))
    assert (kind, reason) == (
        "user",
        "assets[0]: the script did not end; check it for an endless loop.",
    )


def test_the_operator_can_force_after_effects(desk: Any, draw: Draw) -> None:
    text = {"type": "text", "layerName": "Title", "value": "Hi"}
    forced = {"INTARSIA_INJECTOR": "after-effects"}
    done = draw({"composition": MAIN | {"frames": 10}}, assets=[text], variables=forced)
    assert done.status is Status.FINISHED, done.verdict
    assert "injected by After Effects, as set in INTARSIA_INJECTOR" in desk.log(done)
    # No script: how long it is was known before.
    assert "range: -s -e" in desk.log(done)


def test_a_stand_in_that_draws_for_after_effects_runs_no_script(draw: Draw) -> None:
    variables = {"INTARSIA_RENDERED_BY": "Intarsia compositor"}
    kind, reason = told(draw({}, variables=variables))
    assert (kind, "a script needs After Effects" in reason) == ("configuration", True)


def test_a_package_runs_no_script(draw: Draw) -> None:
    kind, reason = told(draw({}, media="aep"))
    assert "a script needs After Effects" in reason
    assert kind == "configuration"
