"""What the mock of After Effects does as After Effects does it; without that it proves nothing."""

import re
from pathlib import Path
from typing import Any

import py_aep
import pytest
import quickjs  # type: ignore[import-untyped]

from tests.render.injection.extendscript.conftest import Stage
from tests.render.injection.extendscript.dom.members import CLASSES, described
from tests.render.injection.extendscript.dom.world import Habits, World
from tests.support.paths import JAVASCRIPT

TYPES = JAVASCRIPT / "node_modules" / "types-for-adobe"

FIND = """
function comp(name) {
    for (var i = 1; i <= app.project.numItems; i++) {
        if (app.project.item(i) instanceof CompItem && app.project.item(i).name === name) {
            return app.project.item(i);
        }
    }
    return null;
}
function thrown(action) {
    try { action(); } catch (error) { return error.message; }
    return null;
}
function text(within) {
    for (var i = 1; i <= within.numLayers; i++) {
        if (within.layer(i).matchName === "ADBE Text Layer") { return within.layer(i); }
    }
    return null;
}
var main = comp("main"), title = main ? text(main) : null;
"""


@pytest.fixture
def world(templates: dict[str, Path]) -> World:
    """The template `names`, and `main` its composition of that name."""
    made = World(py_aep.parse(templates["names"]).project)
    made.run(FIND)
    return made


@pytest.fixture
def looks(templates: dict[str, Path]) -> World:
    made = World(py_aep.parse(templates["looks"]).project)
    made.run(FIND)
    return made


@pytest.mark.parametrize(
    "missing",
    [
        "typeof JSON", "typeof Map", "typeof Symbol", "typeof Promise", "typeof console",
        "typeof globalThis", "typeof Object.keys", "typeof Object.create", "typeof Array.isArray",
        "typeof [].map", "typeof [].forEach", "typeof [].indexOf", "typeof ''.trim",
        "typeof ''.startsWith", "typeof Date.now", "typeof new Date().toISOString",
        "typeof (function () {}).bind", "typeof Math.trunc", "typeof Number.isFinite",
        "typeof Proxy", "typeof $host", "typeof setTimeout", "typeof Object.defineProperty",
    ],
)  # fmt: skip
def test_nothing_is_there_that_ecmascript_3_has_not(world: World, missing: str) -> None:
    assert world.run(missing) == "undefined"


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("'a-b-a'.replace(/a/g, 'x').split(/-/).join('+')", "x+b+x"),
        ("[3, 1, 2].sort().slice(1).concat([9]).reverse().join()", "9,3,2"),
        ("'\\ud83d\\ude00'.length + ',' + '\\ud83d\\ude00'.charCodeAt(1)", "2,56832"),
        ("new Function('a', 'return a + 1')(1)", 2),
        ("eval('1 + 1') + parseInt('12', 10)", 14),
        ("this === $.global", True),
        ("String(/a(b)/.exec('ab')[1]) + 'abc'.search(/c/)", "b2"),
    ],
)
def test_what_ecmascript_3_has_works(world: World, source: str, value: Any) -> None:
    assert world.run(source) == value


def test_a_line_separator_in_a_string_literal_is_a_syntax_error(world: World) -> None:
    with pytest.raises(quickjs.JSException, match="SyntaxError"):
        world.run("'one\u2028two'")


def test_collections_count_from_1_and_are_live(world: World) -> None:
    script = """
    var items = app.project.items, before = items.length, first = items[1].name;
    items.addComp("new", 10, 10, 1, 1, 25);
    [first === app.project.item(1).name, items.length - before,
     main.layers.length === main.numLayers, main.layer(1).index,
     thrown(function () { app.project.item(0); }) !== null].join()
    """
    assert world.run(script) == "true,1,true,1,true"


def test_an_index_that_is_not_there_throws_and_a_name_gives_null(world: World) -> None:
    message = world.run("thrown(function () { main.layer(99); })")
    assert "Value 99 out of range 1 to 7" in message
    assert world.run("main.layer('nobody') === null && main.layers.byName('nobody') === null")
    assert world.run("thrown(function () { app.project.itemByID(987654); })") is not None


def test_classes_are_those_of_after_effects(world: World, looks: World) -> None:
    kinds = """
    var told = [];
    for (var i = 1; i <= main.numLayers; i++) {
        var layer = main.layer(i);
        told.push([layer instanceof AVLayer, layer instanceof TextLayer,
            layer instanceof ShapeLayer, layer instanceof CameraLayer, layer instanceof LightLayer,
            layer instanceof PropertyGroup].join(""));
    }
    told.join(" ").replace(/true/g, "T").replace(/false/g, "-")
    """
    assert looks.run(kinds) == ("----TT ---T-T T-T--T T----T T----T T----T TT---T TT---T TT---T")
    assert world.run("app.project.item(1) instanceof AVItem && main.layer(1).property(1) !== null")
    assert world.run("main.layer(1).property('Opacity') instanceof Property") is True
    assert world.run("main.layer(1).transform instanceof PropertyGroup") is True


def test_what_is_not_known_of_after_effects_is_tried_both_ways(templates: dict[str, Path]) -> None:
    path = templates["names"]
    plain = World(py_aep.parse(path).project)
    other = World(py_aep.parse(path).project, habits=Habits(flat=True, same=True, locks=True))
    ways = []
    for world in (plain, other):
        world.run(FIND + "var locked = comp('a.b -> c').layer(1);")
        ways.append(
            world.run(
                "[title instanceof AVLayer, title === main.layer(title.index), thrown(function () {"
                " locked.property('Opacity').setValue(1); }) === null].join()"
            )
        )
    assert ways == ["true,false,true", "false,true,false"]


def test_a_layer_without_a_name_is_called_as_its_source_is(world: World, media: Path) -> None:
    path = str(media / "blue.jpg")
    script = f"""
    var options = new ImportOptions(new File({path!r}));
    var item = app.project.importFile(options), layer = main.layer("red.png");
    layer.replaceSource(item, false);
    var named = main.layer("Second grey");
    named.replaceSource(item, false);
    layer.name + "," + named.name
    """
    assert world.run(script) == "blue.jpg,Second grey"


def test_what_is_no_media_is_not_imported(world: World, media: Path) -> None:
    script = """
    thrown(function () { app.project.importFile(new ImportOptions(new File(%r))); })
    """
    said = world.run(script % str(media / "broken.png"))
    assert "File broken is not a valid file type for import." in said
    assert world.run(script % str(media / "missing.png")) is not None


def test_a_text_layer_has_no_source(world: World) -> None:
    assert world.run("title.source === null") is True
    refused = "thrown(function () { title.replaceSource(app.project.item(1), false); })"
    assert world.run(refused) is not None


def test_set_value_throws_on_keyframes_hidden_properties_and_wrong_numbers(looks: World) -> None:
    looks.run("function layer(name) { return main.layer(name); }")
    refusals = {
        "layer('fades').property('Opacity').setValue(1)": "keyframes",
        "layer('fades').property('ADBE Position_0').setValue(1)": "hidden",
        "layer('split').property('Position').setValue([1, 2, 3])": "separated",
        "layer('mixed').property('Opacity').setValue('x')": "not a number",
        "layer('mixed').property('Opacity').setValue(101)": "100",
        "layer('mixed').property('Position').setValue(1)": "not an array",
        "layer('mixed').property('Position').setValue([1])": "1 numbers for 3",
        "layer('mixed').property('Position').setValue([1, NaN, 2])": "not an array",
        "layer('mixed').numKeys = 3": "mock: TextLayer has no member",
        "layer('mixed').index = 3": "readOnly",
        "layer('mixed').property('ADBE Marker').expression = '1'": "",
    }
    for action, said in refusals.items():
        message = looks.run(f"thrown(function () {{ {action}; }})")
        assert message is not None, action
        assert said in message, action


def test_an_array_that_was_read_is_a_copy(looks: World) -> None:
    script = """
    var place = main.layer("mixed").property("Position"), value = place.value, before = value[0];
    value[0] = before + 5;
    place.value[0] === before
    """
    assert looks.run(script) is True


def test_a_text_document_is_a_value_until_it_is_set(world: World) -> None:
    script = """
    var property = title.property("Source Text"), document = property.value;
    document.text = "one\\rtwo";
    document.fontSize = 20;
    var before = property.value.text;
    property.setValue(document);
    [before, property.value.text, property.value.fontSize, String(property.value)].join("|")
    """
    assert world.run(script) == "Hello|one\rtwo|20|one\rtwo"


def test_a_colour_of_a_text_also_shows_it_and_is_not_read_while_it_does_not(looks: World) -> None:
    script = """
    var property = main.layer("outlined").property("Source Text"), document = property.value;
    var refused = thrown(function () { document.fillColor; });
    document.fillColor = [1, 0, 0];
    property.setValue(document);
    [refused !== null, property.value.applyFill, property.value.fillColor.join()].join("|")
    """
    assert looks.run(script) == "true|true|1,0,0"
    sizes = (
        "thrown(function () { main.layer('mixed').property('Source Text').value.fontSize = 2000; })"
    )
    assert "out of range" in looks.run(sizes)


def test_ranges_of_characters_reach_the_project_by_set_value_alone(looks: World) -> None:
    script = """
    var property = main.layer("mixed").property("Source Text"), document = property.value;
    document.characterRange(0, 3).fontSize = 12;
    var before = property.value.characterRange(0, 1).fontSize;
    property.setValue(document);
    var after = property.value;
    [before, after.characterRange(0, 1).fontSize, after.characterRange(4, 5).fontSize !== 12].join()
    """
    assert looks.run(script) == "60,12,true"


def test_properties_are_found_by_either_name_and_null_is_none(looks: World) -> None:
    script = """
    var layer = main.layer("mixed"), effects = main.layer("Controls").property("Effects");
    [layer.property("Transform").property("ADBE Opacity").matchName,
     layer.property("Source Text").name,
     layer.property("nothing") === null, effects.numProperties, effects.property(5).propertyIndex,
     effects.property("Slider Control").propertyIndex, effects.property(5).matchName].join()
    """
    wanted = "ADBE Opacity,Source Text,true,5,5,1,ADBE Slider Control"
    assert looks.run(script) == wanted


def test_expressions_are_stored_as_they_are(looks: World) -> None:
    text = "'\\u2028' + time // \\\" \\n value"
    script = f"""
    var property = main.layer("mixed").property("Opacity");
    property.expression = "{text}";
    property.expression === "{text}" && property.expressionEnabled
        && property.expressionError === ""
    """
    assert looks.run(script) is True


def test_what_was_removed_is_invalid_and_the_others_move_up(world: World) -> None:
    script = """
    var second = main.layer(2), first = main.layer(1), opacity = first.property("Opacity");
    var count = main.numLayers;
    first.remove();
    [count - main.numLayers, second.index, isValid(first), isValid(second),
     thrown(function () { first.name; }), thrown(function () { opacity.setValue(1); })].join("|")
    """
    invalid = "After Effects error: Object is invalid"
    assert world.run(script) == f"1|1|false|true|{invalid}|{invalid}"


def test_an_item_takes_the_layers_that_show_it_along(world: World) -> None:
    script = """
    var before = main.numLayers, photo = comp("title").layer("photo");
    main.layer("red.png").source.remove();
    [before - main.numLayers, isValid(photo)].join()
    """
    assert world.run(script) == "2,false"


def test_layers_keep_their_place_in_time_as_after_effects_does(templates: dict[str, Path]) -> None:
    world = World(py_aep.parse(templates["times"]).project)
    world.run(FIND)
    script = """
    var layer = main.layer("short"), slow = main.layer("slow"), told = [];
    layer.startTime += 0.4;
    told.push(layer.inPoint.toFixed(2), layer.outPoint.toFixed(2));
    layer.inPoint = 1;
    told.push(layer.outPoint.toFixed(2));
    slow.outPoint = 9;
    told.push(slow.outPoint.toFixed(2));
    told.join()
    """
    assert world.run(script) == "0.60,1.60,1.60,2.00"


def test_files_are_named_by_uris_and_have_encodings(world: World, tmp_path: Path) -> None:
    script = f"""
    var file = new File({str(tmp_path / "a b.txt")!r});
    file.encoding = "UTF-8";
    file.lineFeed = "Unix";
    file.open("w");
    file.write("h\\u00e9\\n\\u2028");
    file.close();
    var same = new File({str(tmp_path)!r} + "/a%20b.txt");
    same.encoding = "UTF-8";
    same.open("r");
    [file.name, same.exists, same.read() === "h\\u00e9\\n\\u2028", same.rename("c.txt"),
     same.fsName]
        .join("|")
    """
    path = str(tmp_path / "c.txt")
    assert world.run(script) == f"a%20b.txt|true|true|true|{path}"
    assert (tmp_path / "c.txt").read_bytes() == "hé\n\u2028".encode()
    assert world.run(f"new File({path!r}).open('r') && new File('/no/such').open('r') === false")


def test_a_dialog_is_noticed(world: World) -> None:
    world.run("alert('stop'); confirm('go on?'); prompt('name', 'x');")
    assert world.alerts == ["stop", "go on?", "name"]


def test_state_comes_from_and_goes_to_a_real_file(stage: Stage, tmp_path: Path) -> None:
    stage.comp().add_text("Hello").name = "title"
    world = stage.world()
    world.run(FIND + "main.layer(1).property('Source Text').setValue('Bye \\ud83d\\ude00');")
    world.project.save(tmp_path / "again.aep")
    (layer,) = py_aep.parse(tmp_path / "again.aep").project.compositions[0].layers
    assert layer.text["ADBE Text Document"].value.text == "Bye \U0001f600"


# In the scripting guide of After Effects 24 and later, but not (or not so) in the declarations.
UNDECLARED = {
    "TextDocument": {
        "baselineShift", "fauxBold", "fauxItalic", "horizontalScale", "ligature", "tsume",
        "verticalScale",
    },
    "CompItem": {"frameRate"},
    "Application": {"fonts"},
}  # fmt: skip


@pytest.mark.parametrize("version", ["24.6", "25.4", "26.0"])
def test_members_are_those_that_the_declarations_have(version: str) -> None:
    declared = TYPES / "AfterEffects" / version / "index.d.ts"
    if not declared.is_file():
        pytest.skip("tests/javascript has no node_modules: npm ci")
    text = declared.read_text(encoding="utf-8")
    table = described(flat=False)
    ours = {"CharacterRange", "Environment", "File", "Folder", "ImportOptions"}
    wrong = []
    for name in CLASSES.keys() - ours:
        known = _declared(text, name)
        for member, access in table[name]["members"].items():
            if member in UNDECLARED.get(name, ()):
                continue
            if access != known.get(member):
                wrong.append(f"{name}.{member}: {access}, not {known.get(member)}")
    assert wrong == []


def _declared(text: str, name: str) -> dict[str, str]:
    """Members of a class and those above: read, write or method."""
    found = re.search(
        rf"^declare class {name}\b([^{{]*)\{{(.*?)^\}}", text, re.MULTILINE | re.DOTALL
    )
    if found is None:
        return {}
    above = re.search(r"extends (\w+)\s*$", found[1].strip())
    members = _declared(text, above[1]) if above else {}
    for line in re.finditer(r"^  (readonly )?(\w+)([?(:])", found[2], re.MULTILINE):
        access = "method" if line[3] == "(" else "read" if line[1] else "write"
        members[line[2]] = access
    return members
