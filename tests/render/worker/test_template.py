"""Where the project comes from: a team's template, a URL, and which composition it is."""

import zipfile
from pathlib import Path
from typing import Any

import py_aep
import pytest
from fontTools.fontBuilder import FontBuilder

from intarsia.domain.states import Status
from render_container.worker import template as worker_template
from render_container.worker.template import kind_of

FROM_URL: dict[str, Any] = {"template_key": None, "template_type": None}


def _add(desk: Any, template: Path, url: str, **changes: Any) -> Any:
    return desk.add(template, template_src=url, **FROM_URL, **changes)


@pytest.mark.usefixtures("reader_process")
def test_a_project_from_a_url_is_rendered(desk: Any, template: Path, site: Any) -> None:
    site.pages["/tiny.aep"] = template.read_bytes()
    job = _add(desk, template, f"{site.url}/tiny.aep?token=s3cret", composition=None)
    done = desk.play(job, "success", desk.media / "clip.mp4")
    assert done.status is Status.FINISHED, done.verdict
    assert done.output.frames == 10
    assert "s3cret" not in desk.log(job)


def test_a_zip_is_known_by_its_content(
    desk: Any, template: Path, site: Any, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as pack:
        pack.write(template, "folder/Opener.aep")
    site.pages["/download"] = (tmp_path / "x.zip").read_bytes()
    job = _add(desk, template, f"{site.url}/download")
    done = desk.play(job, "success", desk.media / "clip.mp4")
    assert done.status is Status.FINISHED, done.verdict


def test_kinds(tmp_path: Path, template: Path) -> None:
    path = tmp_path / "upload"
    kinds = {"aep": template.read_bytes(), None: b"<html></html>"}
    for kind, content in kinds.items():
        path.write_bytes(content)
        assert kind_of(path) == kind
    for kind, names in {
        "zip": ["a.aep", "b.png"],
        "mogrt": ["definition.json", "project.aegraphic"],
    }.items():
        with zipfile.ZipFile(path, "w") as pack:
            for name in names:
                pack.writestr(name, "x")
        assert kind_of(path) == kind


def test_of_several_compositions_one_has_to_be_named(
    desk: Any, template: Path, site: Any, tmp_path: Path
) -> None:
    app = py_aep.parse(template)
    app.project.root_folder.add_comp("other", 64, 36, 1.0, 1.0, 10)
    app.project.save(tmp_path / "two.aep")
    site.pages["/two"] = (tmp_path / "two.aep").read_bytes()
    after = desk.render(_add(desk, template, f"{site.url}/two", composition=None))
    assert after.verdict.kind == "user"
    assert after.verdict.reason.startswith("template.composition: required")
    assert '"other", "main"' in after.verdict.reason


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (None, "/x answered 404 Not Found."),
        (b"<html></html>", "/x is neither an After Effects project (.aep)"),
        (b"RIFX" + b"\0" * 100, "template.src: The "),
        (b"PK\x03\x04" + b"\0" * 100, "template.src: The zip is"),
    ],
)
def test_a_project_that_cannot_be_used_is_named_by_its_source(
    desk: Any, template: Path, site: Any, page: bytes | None, told: str
) -> None:
    if page is not None:
        site.pages["/x"] = page
    after = desk.render(_add(desk, template, f"{site.url}/x"))
    assert after.verdict.kind == "user"
    assert after.verdict.reason.startswith("template.src: ")
    assert told in after.verdict.reason


def test_only_https_where_the_operator_has_not_said_otherwise(
    desk: Any, template: Path, site: Any
) -> None:
    job = _add(desk, template, f"{site.url}/x")
    after = desk.render(job, INTARSIA_ALLOW_PRIVATE_SOURCES="")
    assert after.verdict.reason == "template.src: must be an https:// URL."
    assert site.requests == []


def test_a_project_that_is_too_large_is_not_downloaded(
    desk: Any, template: Path, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert worker_template.LIMITS.bytes == 2 * 1024**3
    assert worker_template.LIMITS.seconds == 600
    small = worker_template.FetchLimits(bytes=1000)
    monkeypatch.setattr(worker_template, "LIMITS", small)
    site.pages["/x"] = template.read_bytes()
    after = desk.render(_add(desk, template, f"{site.url}/x"))
    assert "template.src" in after.verdict.reason
    assert "is larger than 1000 bytes" in after.verdict.reason


@pytest.fixture
def font(tmp_path: Path) -> Path:
    """A font of one black box, of which no machine has another."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "box"])
    builder.setupCharacterMap(dict.fromkeys(range(32, 127), "box"))
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((0, 800), (800, 800), (800, 0)):
        pen.lineTo(point)
    pen.closePath()
    builder.setupGlyf({".notdef": pen.glyph(), "box": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (900, 0), "box": (900, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {"familyName": "Kastl", "styleName": "Regular", "psName": "Kastl-Regular"}
    )
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "kastl.ttf")
    return tmp_path / "kastl.ttf"


@pytest.fixture
def with_kastl(template: Path, tmp_path: Path) -> Path:
    """The template, its title set in Kastl."""
    app = py_aep.parse(template)
    layers = next(iter(app.project.compositions)).layers
    (title,) = [layer for layer in layers if layer.name == "Title"]
    document = title.text.source_text.value
    document.text, document.font = "Hallo", "Kastl-Regular"
    app.project.save(tmp_path / "kastl.aep")
    return tmp_path / "kastl.aep"


def test_a_font_of_the_team_reaches_the_engine(desk: Any, with_kastl: Path, font: Path) -> None:
    without = desk.render(desk.add(with_kastl))
    assert "Kastl" in str(without.missing_fonts)
    desk.storage.templates.upload(font, "fonts/team/F/kastl.ttf", "font/ttf")
    fonts = [{"key": "fonts/team/F/kastl.ttf", "fileName": "../kastl.ttf"}] * 2
    done = desk.render(desk.add(with_kastl, fonts=fonts))
    assert done.status is Status.FINISHED, done.verdict
    assert done.missing_fonts == []
    assert done.warnings == ["All frames that were sampled look the same."]


def test_a_font_that_was_deleted_is_a_warning(desk: Any, template: Path) -> None:
    fonts = [{"key": "fonts/team/F/gone.ttf", "fileName": "gone.ttf"}]
    done = desk.play(desk.add(template, fonts=fonts), "success", desk.media / "clip.mp4")
    assert done.status is Status.FINISHED, done.verdict
    assert 'fonts: "gone.ttf" has been deleted.' in done.warnings


def test_a_file_lies_on_disk_under_the_name_of_its_asset(
    desk: Any, template: Path, site: Any, media: Path, tmp_path: Path
) -> None:
    site.pages["/1"] = (media / "red.png").read_bytes()
    site.pages["/2"] = (media / "clip.mp4").read_bytes()
    kept = tmp_path / "kept.aep"
    spy = (
        "import shutil, sys; "
        f"shutil.copy(sys.argv[sys.argv.index('-project') + 1], '{kept}'); sys.exit(9)"
    )
    assets = [
        {"type": "image", "layerName": "Picture", "src": f"{site.url}/1", "name": "../Bild.jpg"},
        {"type": "video", "layerName": "Picture", "src": f"{site.url}/2", "name": "Bild.jpg"},
    ]
    desk.render(desk.add(template, assets=assets), INTARSIA_AERENDER=f'python3 -c "{spy}"')
    names = {item.name for item in py_aep.parse(kept).project.footages}
    assert {"Bild.png", "Bild.mp4"} <= names
