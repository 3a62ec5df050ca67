"""Users' scripts inside After Effects: what they can read, and that they harm only themselves."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import py_aep
import pytest
import quickjs  # type: ignore[import-untyped]
from pydantic import TypeAdapter

from intarsia.domain.nested import ManifestAsset
from render_container.injection.inside import InsidePlan, prepare_inside
from render_container.injection.plan import build_plan
from render_container.injection.result import AppliedInside, InsideError, read_result
from tests.render.injection.extendscript.dom.injectors import RENDERER, RUNTIME
from tests.render.injection.extendscript.dom.world import World

ASSETS: TypeAdapter[list[ManifestAsset]] = TypeAdapter(list[ManifestAsset])
# Errors that know a line, as ExtendScript's do; two lines too many.
LINES = """Error = function (message) {
    this.message = message;
    this.line = message === undefined ? 5 : 9; // the runtime itself asks on line 3
};"""
RENDER = 'gAECommandLineRenderer.GetFirstQueuedRQItemWithName("main"); 0'


@dataclass
class AfterEffects:
    """After Effects with the template open, while it carries assets out."""

    template: Path
    folder: Path
    prepared: InsidePlan = field(init=False)
    world: World = field(init=False)

    def start(self, *assets: dict[str, Any], first: str = "", **options: Any) -> None:
        """Open the project; `first` runs before the startup script is loaded."""
        plan = build_plan(ASSETS.validate_python(list(assets)), {})
        self.prepared = prepare_inside(
            self.template, plan, self.folder, composition="main", **options
        )
        project = py_aep.parse(self.template).project
        self.world = World(project, self.prepared.environment)
        self.world.run(RENDERER)
        self.world.run(first)
        self.world.run(RUNTIME.read_text())

    def apply(self, *assets: dict[str, Any], first: str = "", **options: Any) -> AppliedInside:
        """Raises InsideError as the worker would."""
        self.start(*assets, first=first, **options)
        try:
            self.world.run(RENDER)
        except quickjs.JSException:
            applied = None
        else:
            applied = True
        assert self.world.suppressing == 0
        assert self.world.alerts == []
        result = read_result(self.prepared.result, self.prepared)
        assert applied, "what failed would be rendered"
        return result

    def said(self, source: str, **script: Any) -> list[str]:
        """What a script said by alert."""
        warnings = self.apply({"type": "script", "value": source, **script}).warnings
        return [
            warning.removeprefix("assets[0]: the script called alert: ") for warning in warnings
        ]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """main: 1 `title` (text), 2 `Background` (solid)."""
    project = py_aep.new().project
    main = project.root_folder.add_comp("main", 640, 360, 1.0, 2.0, 25.0)
    main.add_solid([0.5, 0.5, 0.5], "Grey", 640, 360, 1.0, 2.0).name = "Background"
    main.add_text("Hello").name = "title"
    path = tmp_path_factory.mktemp("template") / "template.aep"
    project.save(path)
    return path


@pytest.fixture
def after_effects(template: Path, tmp_path: Path) -> AfterEffects:
    return AfterEffects(template, tmp_path)


def script(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "script", "value": value, **more}


def title(value: str) -> dict[str, Any]:
    return {"type": "text", "layerName": "title", "value": value}


def failure(action: Callable[[], Any]) -> InsideError:
    with pytest.raises(InsideError) as caught:
        action()
    return caught.value


# What scripts read


@pytest.mark.parametrize(
    ("parameter", "seen"),
    [
        ({"value": "text"}, '"text"'),
        # nexrender takes what is falsy for what is not given.
        ({"value": 0}, "0"),
        ({"value": False}, "false"),
        ({"value": ""}, '""'),
        ({"value": [1, {"a": None}]}, '[1, {"a": null}]'),
        ({"type": "string"}, '""'),
        ({"type": "number"}, "0"),
        ({"type": "array"}, "[]"),
        ({"type": "boolean"}, "false"),
        ({}, '"none"'),
        ({"value": 'it\'s "quoted" \u2028 \U0001f600 $& */ </script>'}, None),
        ({"type": "string", "value": "function () { return 1; }"}, None),
        ({"value": "a function () {} in a text"}, None),
    ],
)
def test_a_parameter_is_what_the_job_says(
    after_effects: AfterEffects, parameter: dict[str, Any], seen: str | None
) -> None:
    expected = parameter["value"] if seen is None else json.loads(seen)
    parameters = [{"key": "it's a key", **parameter}]
    after_effects.said(
        'var found = NX.get("it\'s a key"); app.project.item(1).comment ='
        " (typeof found === 'object' ? 'list ' + found.length : typeof found + ' ' + found);",
        parameters=parameters,
        globalDefaultValue="none",
    )

    comment = after_effects.world.project.compositions[0].comment
    names = {str: "string", bool: "boolean", int: "number"}
    if isinstance(expected, list):
        assert comment == f"list {len(expected)}"
    else:
        shown = str(expected).lower() if isinstance(expected, bool) else str(expected)
        assert comment == f"{names[type(expected)]} {shown}"


COUNT = "function() { return NX.get('dogs').length; }"


def test_functions_are_called_with_what_the_script_gives(after_effects: AfterEffects) -> None:
    parameters = [
        {"key": "dogs", "value": ["a", "b", "c"]},
        {"key": "count", "type": "function", "value": COUNT},
        {"key": "twice", "value": "function (x) { return 2 * x; }"},
        {
            "key": "place",
            "value": "(function (name) { return 'at ' + name; })(NX.arg('venue'))",
            "arguments": [{"key": "venue", "value": 'the "Gala"'}],
        },
    ]
    said = after_effects.said(
        "alert(NX.get('count')); alert(NX.call('twice', [NX.get('count')]));"
        "alert(NX.get('twice', [1])); alert(NX.get('place')); alert(NX.call('dogs'));"
        "NX.set('dogs', []); alert(NX.get('count')); alert(NX.get('none')); alert(NX.arg('x'));",
        parameters=parameters,
    )

    assert said == ["3", "6", "2", 'at the "Gala"', "null", "0", "null", "null"]


def test_another_keyword_and_what_is_built_in(after_effects: AfterEffects) -> None:
    asset = script("alert(AE.get('nxUID') + (typeof NX));", keyword="AE")

    result = after_effects.apply(asset, built_in={"nxUID": "job"})

    assert result.warnings == ["assets[0]: the script called alert: jobundefined"]


def test_a_script_may_return_and_end_in_a_comment(after_effects: AfterEffects) -> None:
    assert after_effects.said("#target aftereffects\nalert(1); return; alert(2); // x") == ["1"]


# Dialogs


def test_dialogs_are_answered_and_told(after_effects: AfterEffects) -> None:
    said = after_effects.said(
        "if (!confirm('sure?')) { alert(prompt('name?', 'none')); } $.global.alert('far');"
    )

    assert said[0] == "assets[0]: the script called confirm, which returned false: sure?"
    assert "name?" in said[1]
    assert said[2:] == ["none", "far"]


def test_thousands_of_dialogs_do_not_fill_the_result(after_effects: AfterEffects) -> None:
    said = after_effects.said(
        "for (var i = 0; i < 5000; i++) { alert(new Array(5000).join('x')); }"
    )

    assert len(said) == 200
    assert all(len(text) <= 1000 for text in said)


# Harm


@pytest.mark.parametrize(
    "harm",
    [
        "leak = 1;",
        "var NX = null;",
        "Array.prototype.push = null; Array.prototype.join = null;",
        "Object.prototype.extra = 1; Array.prototype.forEach = function () {};",
        "String.prototype.charCodeAt = String.prototype.substr = null;",
        "Object.prototype.hasOwnProperty = function () { return false; };",
        "Function.prototype.apply = null;",
        "Math.max = Math.round = null; String.fromCharCode = null;",
        "File = app = CompItem = Array = isFinite = undefined;",
        "alert = confirm = null; gAECommandLineRenderer = null;",
        "report = plan = global = run = toJson = null;",
    ],
)
def test_what_a_script_breaks_is_whole_again_for_what_follows(
    after_effects: AfterEffects, harm: str
) -> None:
    probe = script(
        "var seen = []; for (var key in []) { seen.push(key); }"
        "alert(typeof leak + ' ' + [1, 2].join() + ' ' + seen.length + typeof [].forEach);"
    )

    result = after_effects.apply(script(harm), title("later"), probe)

    assert result.applied == 3
    assert result.warnings[-1].endswith("undefined 1,2 0undefined")
    layer = after_effects.world.project.compositions[0].layers[0]
    assert layer.text.source_text.value.text == "later"
    assert after_effects.world.run("typeof app + typeof gAECommandLineRenderer") == "objectobject"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("throw new Error('no logo');", "line 7: no logo"),
        ("missing();", "missing"),
        ("throw 'just text';", "just text"),
        ("throw null;", "null"),
        ("throw {toString: function () { throw 1; }};", "unknown error"),
        ("app.project.item(1).layer(99);", "After Effects error"),
    ],
)
def test_a_script_that_fails_is_its_own_assets_failure(
    after_effects: AfterEffects, source: str, message: str
) -> None:
    error = failure(lambda: after_effects.apply(title("x"), script(source), first=LINES))

    assert error.kind == "user"
    (problem,) = error.problems
    assert problem.field == "assets[1]"
    assert problem.message.startswith("the script failed: ")
    assert message in problem.message


def test_what_cannot_be_read_is_told_before_anything_is_changed(
    after_effects: AfterEffects,
) -> None:
    error = failure(
        lambda: after_effects.apply(
            title("changed"),
            script("var a = ;"),
            script("1", keyword="this"),
            script("1", parameters=[{"key": "f", "type": "function", "value": "function ("}]),
        )
    )

    assert [item.field for item in error.problems] == [
        "assets[1]", "assets[2]", "assets[3].parameters[0]"
    ]  # fmt: skip
    layer = after_effects.world.project.compositions[0].layers[0]
    assert layer.text.source_text.value.text == "Hello"


def test_what_a_script_removed_is_told_by_the_asset_that_wanted_it(
    after_effects: AfterEffects,
) -> None:
    remove = script("app.project.item(1).layer(1).remove();")

    error = failure(lambda: after_effects.apply(remove, title("x")))

    assert (error.kind, error.problems[0].field) == ("user", "assets[1]")
    assert "removed by an earlier script" in error.problems[0].message


def test_a_composition_that_a_script_renames_is_missed(after_effects: AfterEffects) -> None:
    error = failure(lambda: after_effects.apply(script("app.project.item(1).name = 'other';")))

    assert error.problems[0].field == "template.composition"


def test_the_measures_are_those_after_the_scripts(after_effects: AfterEffects) -> None:
    change = "var c = app.project.item(1); c.duration = 4; c.width = 320;"

    measures = after_effects.apply(script(change)).composition

    assert measures is not None
    assert (measures.frames, measures.fps, measures.width, measures.height) == (100, 25, 320, 360)


def test_where_after_effects_ended_is_told(after_effects: AfterEffects) -> None:
    # What the file says while the script runs is what stays if After Effects ends there.
    look = "var f = new File($.getenv('INTARSIA_PLAN_RESULT')); f.open('r'); alert(f.read());"
    (warning,) = after_effects.apply(title("x"), script(look)).warnings
    after_effects.prepared.result.write_text(warning.partition(" called alert: ")[2])

    error = failure(lambda: read_result(after_effects.prepared.result, after_effects.prepared))

    assert (error.kind, error.problems[0].field) == ("transient", "assets[1]")


@pytest.mark.parametrize(
    "harm",
    [
        "f.remove();",
        "f.open('w'); f.write('{}'); f.close();",
        "f.open('w'); f.write('{\"status\":\"applied\"}'); f.close();",
    ],
)
def test_a_script_that_writes_into_the_result_changes_nothing(
    after_effects: AfterEffects, harm: str
) -> None:
    result = after_effects.apply(
        script("var f = new File($.getenv('INTARSIA_PLAN_RESULT'));" + harm), title("x")
    )

    assert result.applied == 2


def test_a_script_that_closes_the_project_fails(after_effects: AfterEffects) -> None:
    close = script("app.project.close(CloseOptions.DO_NOT_SAVE_CHANGES);")

    error = failure(lambda: after_effects.apply(close, title("x")))

    assert error.problems[0].field == "assets[0]"
    assert "closed the project" in error.problems[0].message
