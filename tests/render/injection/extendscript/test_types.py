"""The startup script against the declarations of After Effects' scripting, version by version."""

import json
from pathlib import Path

import pytest

from render_container.injection.extendscript import STARTUP_SCRIPT
from tests.support.javascript import MODULES, JavaScript


def check(javascript: JavaScript, folder: Path, source: str, version: str) -> str:
    """Return the compiler's messages about a script."""
    (folder / "runtime.js").write_text(source)
    declarations = STARTUP_SCRIPT.with_name("renderer.d.ts")
    options = {
        "noEmit": True,
        "allowJs": True,
        "checkJs": True,
        "noLib": True,
        "target": "es5",
        "ignoreDeprecations": "5.0",
        "typeRoots": [str(MODULES)],
        "types": [f"types-for-adobe/AfterEffects/{version}"],
    }
    settings = {"compilerOptions": options, "files": ["runtime.js", str(declarations)]}
    (folder / "tsconfig.json").write_text(json.dumps(settings))
    return str(javascript("types", str(folder)))


@pytest.mark.parametrize("version", ["24.0", "24.6", "25.4", "26.0"])
def test_the_script_uses_after_effects_as_it_is_declared(
    javascript: JavaScript, tmp_path: Path, version: str
) -> None:
    assert check(javascript, tmp_path, STARTUP_SCRIPT.read_text(), version) == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("app.project.itemByID(", "app.project.itemById("),
        ("app.endSuppressDialogs(false)", "app.endSuppressDialogs()"),
        ("importPlaceholder(source.name, 4, 4, 1, 1)", "importPlaceholder(4)"),
        ("TrackMatteType.NO_TRACK_MATTE", "TrackMatteType.NONE"),
    ],
)
def test_the_check_notices_what_after_effects_has_not(
    javascript: JavaScript, tmp_path: Path, right: str, wrong: str
) -> None:
    source = STARTUP_SCRIPT.read_text()
    assert right in source

    assert "error TS" in check(javascript, tmp_path, source.replace(right, wrong), "25.4")
