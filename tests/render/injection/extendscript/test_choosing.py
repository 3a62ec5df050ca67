"""Which injector carries out a plan."""

from pathlib import Path

import pytest

from intarsia.names import ENV_INJECTOR
from render_container.injection.choosing import Injector, InjectorSettingError, choose_injector
from render_container.injection.errors import InjectionError
from render_container.injection.plan import Operation, Plan, ReplaceFootage, RunScript, Target

TARGET = Target(layer_name="a")
SCRIPT = RunScript(field="assets[1]", text="1", keyword="NX")


def footage(path: Path) -> ReplaceFootage:
    return ReplaceFootage(field="assets[0]", target=TARGET, path=path, kind="image")


@pytest.mark.parametrize(
    ("operations", "forced", "injector", "reason"),
    [
        ((), None, "offline", "nothing needs After Effects"),
        ((footage(Path("a.png")),), None, "offline", "nothing needs After Effects"),
        ((SCRIPT,), None, "after-effects", "assets[1].type"),
        ((), "offline", "offline", ENV_INJECTOR),
        ((), "after-effects", "after-effects", ENV_INJECTOR),
        ((), "", "offline", "nothing needs After Effects"),
    ],
)
def test_the_plan_decides_unless_the_operator_does(
    operations: tuple[Operation, ...], forced: str | None, injector: Injector, reason: str
) -> None:
    environment = {} if forced is None else {ENV_INJECTOR: forced}

    choice = choose_injector(
        Plan(operations=operations), has_after_effects=True, environment=environment
    )

    assert choice.injector == injector
    assert reason in choice.reason


@pytest.mark.parametrize(("engine", "forced"), [(False, None), (True, "offline")])
def test_a_script_without_after_effects_is_refused(engine: bool, forced: str | None) -> None:
    environment = {} if forced is None else {ENV_INJECTOR: forced}

    with pytest.raises(InjectionError) as caught:
        choose_injector(
            Plan(operations=(SCRIPT,)), has_after_effects=engine, environment=environment
        )

    assert caught.value.problems[0].field == "assets[1].type"


@pytest.mark.parametrize(("engine", "forced"), [(True, "both"), (False, "after-effects")])
def test_a_setting_that_cannot_be_is_told(engine: bool, forced: str) -> None:
    with pytest.raises(InjectorSettingError, match=forced):
        choose_injector(Plan(), has_after_effects=engine, environment={ENV_INJECTOR: forced})


def test_a_file_that_cannot_be_read_off_line_or_inside_stays_off_line(tmp_path: Path) -> None:
    path = tmp_path / "a.psd"
    path.write_text("no picture")

    choice = choose_injector(
        Plan(operations=(footage(path),)), has_after_effects=True, environment={}
    )

    assert choice.injector == "offline"
