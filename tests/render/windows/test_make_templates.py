"""The script that makes the templates: its syntax, its types, and what it does in a made-up AE."""

import json

import pytest
import quickjs

from intarsia.domain.settings import Codec

STOCK = [
    "AIFF 48kHz",
    "Alpha Only",
    "H.264 - Match Render Settings -  5 Mbps",  # two spaces, as After Effects ships it
    "H.264 - Match Render Settings - 15 Mbps",
    "H.264 - Match Render Settings - 40 Mbps",
    "High Quality",
    "High Quality with Alpha",
    "Lossless",
    "TIFF Sequence with Alpha",
]
AFTER_EFFECTS = """
function Templates(names) {
    this.known = {};
    for (var i = 0; i < names.length; i++) { this.known[names[i]] = {base: names[i]}; }
}
function holder(library) {
    var state = {};
    return {
        get templates() { return Object.keys(library.known); },
        applyTemplate: function (name) {
            if (!library.known[name]) { throw new Error("no template " + name); }
            state = {base: library.known[name].base};
        },
        setSettings: function (changes) {
            if ("Format" in changes) { throw new Error("Format is read only"); }
            state.settings = changes;
        },
        saveAsTemplate: function (name) {
            if (library.known[name]) { throw new Error("exists: " + name); }
            if (!library.refuses) { library.known[name] = state; }
        }
    };
}
var modules = new Templates(%(modules)s), settings = new Templates(%(settings)s);
var left = {comps: 0, items: 0}, shown = "", written = "", saved = 0, module = holder(modules);
var app = {
    version: "26.2x49",
    project: {
        items: {addComp: function () {
            left.comps++;
            return {remove: function () { left.comps--; }};
        }},
        renderQueue: {items: {add: function () {
            left.items++;
            var item = holder(settings);
            item.outputModule = function (index) {
                if (index !== 1) { throw new Error("no module " + index); }
                return module;
            };
            item.remove = function () { left.items--; };
            return item;
        }}}
    },
    preferences: {saveToDisk: function () { saved++; }}
};
var Folder = {myDocuments: {fsName: "C:/Users/render/Documents"}};
function File(path) {
    this.open = function (mode) { return mode === "w"; };
    this.write = function (text) { written = path + "|" + text; };
    this.close = function () {};
}
function alert(text) { shown = text; }
"""


@pytest.fixture(scope="session")
def script(root):
    return root / "render_container" / "windows" / "make_templates.jsx"


@pytest.fixture
def run(script):
    """Run it where these templates are known; the made-up After Effects afterwards."""

    def in_after_effects(modules=STOCK, settings=("Best Settings", "Draft Settings"), before=""):
        context = quickjs.Context()
        context.eval(
            AFTER_EFFECTS % {"modules": json.dumps(modules), "settings": json.dumps(list(settings))}
        )
        context.eval(before)
        context.eval(script.read_text())
        names = ["modules", "settings", "left", "shown", "written", "saved"]
        return {name: json.loads(context.eval(f"JSON.stringify({name})")) for name in names}

    return in_after_effects


def test_it_is_ecmascript_3_and_ascii(node, script):
    script.read_text("ascii")
    parse = "require('acorn').parse(require('fs').readFileSync(process.argv[1], 'utf8'), \
        {ecmaVersion: 3})"

    assert node("-e", parse, script) == (0, "")


@pytest.mark.parametrize("version", ["25.2", "26.0"])
def test_it_uses_after_effects_as_it_is(node, script, version):
    options = ["--noEmit", "--allowJs", "--checkJs", "--noLib", "--typeRoots", "node_modules"]
    types = f"types-for-adobe/AfterEffects/{version}"

    code, said = node("node_modules/typescript/bin/tsc", *options, "--types", types, script)

    assert (code, said) == (0, "")


def test_every_template_that_a_render_asks_for_is_made_or_named(run):
    after = run()

    lines = dict(line.split(": ", 1) for line in after["shown"].splitlines()[1:])
    assert set(lines) == {*Codec, "intermediate", "sound", "nx_full", "nx_draft"}
    made = {name for name, what in lines.items() if what.startswith("made from")}
    assert made == {
        *("video_h264_vbr_5mbps", "video_h264_vbr_15mbps", "video_h264_vbr_40mbps"),
        *("video_prores_422", "video_prores_4444", "intermediate", "nx_full", "nx_draft"),
    }
    assert all(lines[name].startswith("MAKE BY HAND: ") for name in set(lines) - made)
    assert made == (set(after["modules"]["known"]) | set(after["settings"]["known"])) - {
        *STOCK, "Best Settings", "Draft Settings",
    }  # fmt: skip
    assert after["written"].partition("|")[2].strip() == after["shown"]
    assert (after["left"], after["saved"]) == ({"comps": 0, "items": 0}, 1)


def test_they_mean_what_a_render_needs(run):
    after = run()

    modules, settings = after["modules"]["known"], after["settings"]["known"]
    assert modules["video_h264_vbr_5mbps"]["base"] == "H.264 - Match Render Settings -  5 Mbps"
    assert modules["intermediate"] == {"base": "Lossless", "settings": {"Output Audio": "Off"}}
    # What keeps transparency is not multiplied with black, as the open compositor's is not.
    assert modules["video_prores_4444"]["settings"] == {"Color": "Straight (Unmatted)"}
    # A whole render gives no range: a work area left in the project must not shorten it.
    assert {name: settings[name]["settings"]["Time Span"] for name in ("nx_full", "nx_draft")} == {
        "nx_full": "Length of Comp",
        "nx_draft": "Length of Comp",
    }
    assert settings["nx_draft"]["settings"]["Resolution"] == "Full"


def test_what_is_there_is_left_alone_so_it_can_be_run_again(run):
    after = run(modules=[*STOCK, "video_prores_422"])

    assert "video_prores_422: was there" in after["shown"]
    assert after["modules"]["known"]["video_prores_422"] == {"base": "video_prores_422"}


def test_another_language_is_said_to_lack_the_stock_templates(run):
    after = run(modules=["Hohe Qualität"], settings=["Beste Einstellungen"])

    assert "made from" not in after["shown"]
    assert "(not found: Best Settings)" in after["shown"]


def test_one_that_fails_is_to_be_made_by_hand_and_the_others_are_made(run):
    after = run(before="settings.refuses = true")

    assert (
        "nx_full: MAKE BY HAND: like Best Settings (After Effects did not keep it)"
        in (after["shown"])
    )
    assert "video_prores_422: made from High Quality" in after["shown"]
    assert after["left"] == {"comps": 0, "items": 0}
