"""Replacing footage: the traps that renderers before this one fell into."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import py_aep
import pytest
from PIL import Image

from intarsia.projects.errors import ProjectError
from intarsia.projects.reader import read_in_process
from render_container.injection import offline
from render_container.injection.errors import InjectionError
from render_container.injection.offline import apply_plan
from render_container.injection.plan import (
    MediaInfo,
    Plan,
    ReplaceFootage,
    SetExpression,
    SetValue,
    Target,
)


def footage(
    layer: str | int,
    path: Path,
    kind: str = "image",
    *,
    comp: str | None = None,
    field: str = "assets[0]",
    media: MediaInfo | None = None,
) -> ReplaceFootage:
    named = {"layer_name": layer} if isinstance(layer, str) else {"layer_index": layer}
    target = Target.model_validate({"composition": comp, **named})
    return ReplaceFootage.model_validate(
        {"field": field, "target": target, "path": path, "kind": kind, "media": media}
    )


def text(layer: str, what: str, field: str = "assets[1]") -> SetValue:
    target = Target(layer_name=layer)
    return SetValue(field=field, target=target, property="Source Text", value=what)


@pytest.mark.parametrize(
    ("name", "kind", "size", "duration", "fps"),
    [
        ("red.png", "image", (64, 36), 0, 0),
        ("blue.jpg", "image", (32, 32), 0, 0),
        ("clip.mp4", "video", (64, 36), 1, 25),
        ("tone.wav", "audio", (0, 0), 1, 0),
    ],
)
def test_a_file_becomes_the_source_with_its_real_size_and_length(
    inject: Callable[..., Any],
    media: Path,
    *,
    name: str,
    kind: str,
    size: tuple[int, int],
    duration: float,
    fps: float,
) -> None:
    result = inject(footage("photo.png", media / name, kind, comp="main"))

    source = result.layer("main", 3).source
    assert Path(source.main_source.file) == media / name
    assert (source.width, source.height) == size
    assert (source.duration, source.frame_rate) == (duration, fps)
    assert source.has_audio is (kind == "audio")


def test_a_replaced_layer_is_still_found_by_its_old_name(
    inject: Callable[..., Any], media: Path
) -> None:
    result = inject(
        footage("photo.png", media / "red.png", comp="main"),
        SetValue(
            field="assets[1]",
            target=Target(layer_name="photo.png", composition="main"),
            property="Opacity",
            value=40,
        ),
        SetExpression(
            field="assets[2]",
            target=Target(layer_name="title", composition="main"),
            property="Opacity",
            expression='thisComp.layer("photo.png").opacity',
        ),
    )

    layer = result.layer("main", 3)
    assert layer.transform["ADBE Opacity"].value == 40
    # After Effects would now call it red.png, and the expression would find nothing.
    assert layer.name == "photo.png"
    assert layer.source.name == "red.png"


def test_a_layer_renamed_by_an_earlier_operation_is_still_met(inject: Callable[..., Any]) -> None:
    rename = SetValue(
        field="assets[0]",
        target=Target(layer_name="title", composition="main"),
        property="name",
        value="headline",
    )

    result = inject(rename, text("title", "both"))

    assert result.named("headline").text == "both"


def test_other_layers_keep_the_footage_that_one_lost(
    inject: Callable[..., Any], media: Path
) -> None:
    result = inject(footage("photo.png", media / "red.png", comp="main"))

    assert result.layer("logo", 2).source.name == "photo.png"


def test_without_a_composition_every_composition_is_meant(
    inject: Callable[..., Any], media: Path
) -> None:
    result = inject(footage("photo.png", media / "red.png"))

    sources = [result.layer("main", 3).source, result.layer("logo", 2).source]
    assert [source.name for source in sources] == ["red.png", "red.png"]
    assert sources[0] is sources[1]


def test_a_precomposition_can_be_replaced_by_a_childs_render(
    inject: Callable[..., Any], media: Path
) -> None:
    result = inject(footage("Intro", media / "long.mp4", "video", comp="main"))

    layer = result.named("Intro")
    assert (layer.source_type, layer.source_name, layer.out_s) == ("file", "long.mp4", 2.0)
    assert result.applied.warnings == []


def test_footage_shorter_than_its_layer_is_warned_of(
    inject: Callable[..., Any], media: Path
) -> None:
    result = inject(footage("Intro", media / "clip.mp4", "video", comp="main"))

    (warning,) = result.applied.warnings
    assert "ends at 1.00 s" in warning
    assert "empty until 2.00 s" in warning


def test_a_path_of_three_levels_reaches_the_innermost(
    inject: Callable[..., Any], media: Path
) -> None:
    result = inject(footage("photo.png", media / "red.png", comp="main->intro->logo"))

    assert result.layer("logo", 2).source.name == "red.png"
    assert result.layer("main", 3).source.name == "photo.png"


def test_of_two_identical_trees_both_innermost_compositions_change(
    inject: Callable[..., Any], media: Path, tmp_path: Path
) -> None:
    project = py_aep.new().project
    picture = project.import_file(py_aep.ImportOptions(media / "photo.png"))
    for _ in range(2):
        a, b, c = (
            project.root_folder.add_comp(name, 100, 100, 1.0, 1.0, 25.0) for name in ("A", "B", "C")
        )
        a.add(b)
        b.add(c)
        c.add(picture)
    project.save(tmp_path / "twins.aep")

    result = inject(
        footage("photo.png", media / "red.png", comp="A->B->C"), project=tmp_path / "twins.aep"
    )

    sources = [
        comp.layers[0].source.name for comp in result.project.compositions if comp.name == "C"
    ]
    assert sources == ["red.png", "red.png"]


def test_a_composition_and_a_layer_of_one_name_are_told_apart(
    inject: Callable[..., Any], media: Path
) -> None:
    # `logo` is a composition and a layer of the composition intro.
    result = inject(footage("logo", media / "red.png"))

    assert result.layer("intro", 2).source.name == "red.png"


@pytest.mark.parametrize("name", ["my layer", "v1.2 final", "a->b", "ä", "x" * 200, "it's"])
def test_layer_names_of_every_kind_are_found(
    inject: Callable[..., Any], template: Path, media: Path, tmp_path: Path, name: str
) -> None:
    project = py_aep.parse(template).project
    comp = next(comp for comp in project.compositions if comp.name == "main")
    comp.layers[2].name = name
    project.save(tmp_path / "named.aep")

    result = inject(footage(name, media / "red.png"), project=tmp_path / "named.aep")

    assert result.named(name).source_name == "red.png"


def test_an_index_is_counted_in_each_composition_from_one(
    inject: Callable[..., Any], media: Path
) -> None:
    result = inject(footage(2, media / "red.png"))

    for comp in ("main", "intro", "logo"):
        assert result.layer(comp, 2).source.name == "red.png"


def test_an_index_leaves_compositions_with_fewer_layers_and_says_so(
    inject: Callable[..., Any], media: Path
) -> None:
    result = inject(footage(3, media / "red.png"))

    assert result.layer("main", 3).source.name == "red.png"
    (warning,) = result.applied.warnings
    assert '"logo"' in warning
    assert '"intro"' in warning


def test_every_problem_of_a_plan_is_told_at_once(
    inject: Callable[..., Any], media: Path, tmp_path: Path
) -> None:
    with pytest.raises(InjectionError) as caught:
        inject(
            footage("title", media / "red.png", comp="main", field="assets[0]"),
            footage("Controls", media / "red.png", field="assets[1]"),
            footage("photo.pgn", media / "red.png", field="assets[2]"),
            footage("photo.png", media / "red.png", comp="mian", field="assets[3]"),
            footage("photo.png", media / "absent.png", field="assets[4]"),
            footage("photo.png", media / "tone.wav", field="assets[5]"),
            footage("photo.png", media / "red.png", "audio", field="assets[6]"),
            footage(9, media / "red.png", field="assets[7]"),
            text("Background", "x", field="assets[8]"),
            footage("photo.png", media / "red.png", comp="main->logo", field="assets[9]"),
        )

    told = {problem.field: problem.message for problem in caught.value.problems}
    assert "text layer, which has no footage to replace" in told["assets[0].layerName"]
    assert "null" in told["assets[1].layerName"]
    assert 'did you mean "photo.png"?' in told["assets[2].layerName"]
    assert told["assets[3].composition"] == (
        'composition "mian" does not exist in this template; did you mean "main"?'
    )
    assert "does not exist" in told["assets[4].src"]
    assert "no picture" in told["assets[5].src"]
    assert "no sound" in told["assets[6].src"]
    assert "the highest index is 6" in told["assets[7].layerIndex"]
    assert "not a text layer but a solid" in told["assets[8].layerName"]
    assert told["assets[9].composition"] == 'composition "logo" is not used in "main"'
    assert list(tmp_path.glob("*.aep")) == []


def test_of_layers_of_one_name_those_of_another_kind_are_left_with_a_warning(
    inject: Callable[..., Any], template: Path, media: Path, tmp_path: Path
) -> None:
    project = py_aep.parse(template).project
    comp = next(comp for comp in project.compositions if comp.name == "logo")
    comp.layers[1].name = "title"
    project.save(tmp_path / "same.aep")

    result = inject(footage("title", media / "red.png"), project=tmp_path / "same.aep")

    assert result.layer("logo", 2).source.name == "red.png"
    assert len(result.applied.warnings) == 2
    assert all("is a text layer" in warning for warning in result.applied.warnings)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("clip", b"no extension"),
        ("clip.webm", b"\x1a\x45\xdf\xa3"),
        ("clip.mp4", b"not a movie at all"),
        ("photo.png", b"\x89PNG\r\n\x1a\n"),
        ("photo.jpg", b""),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_a_problem_of_its_asset(
    inject: Callable[..., Any], tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(InjectionError) as caught:
        inject(footage("photo.png", tmp_path / name))

    (problem,) = caught.value.problems
    assert problem.field == "assets[0].src"
    assert name in problem.message


def test_odd_file_names_are_no_trouble(
    inject: Callable[..., Any], media: Path, tmp_path: Path
) -> None:
    odd = tmp_path / "it's a 'quoted' ü name.png"
    Image.open(media / "red.png").save(odd)

    result = inject(footage("photo.png", odd, comp="main"))

    assert Path(result.layer("main", 3).source.main_source.file) == odd


def test_a_probe_that_disagrees_is_warned_of(inject: Callable[..., Any], media: Path) -> None:
    wrong = MediaInfo(width=1, height=36, duration_s=9)
    right = MediaInfo(width=64, height=36, duration_s=3, fps=25)

    told = inject(footage("Intro", media / "long.mp4", "video", media=wrong)).applied.warnings
    silent = inject(footage("Intro", media / "long.mp4", "video", media=right)).applied.warnings

    assert len(told) == 2
    assert silent == []


def test_the_template_is_never_changed(template: Path, media: Path, tmp_path: Path) -> None:
    before = template.read_bytes()
    plan = Plan(operations=(footage("photo.png", media / "red.png"), text("title", "x")))

    apply_plan(template, plan, tmp_path / "out.aep")
    with pytest.raises(ValueError, match="must not be overwritten"):
        apply_plan(template, plan, template)

    assert template.read_bytes() == before


def test_saving_replaces_an_earlier_result_and_leaves_nothing_else(
    template: Path, tmp_path: Path
) -> None:
    for word in ("first", "second"):
        apply_plan(template, Plan(operations=(text("title", word),)), tmp_path / "out.aep")

    assert [path.name for path in tmp_path.iterdir()] == ["out.aep"]
    facts = read_in_process(tmp_path / "out.aep")
    assert {layer.text for layer in facts.layers if layer.kind == "text"} == {"second"}


def test_a_failing_injection_leaves_the_earlier_result(template: Path, tmp_path: Path) -> None:
    (tmp_path / "out.aep").write_bytes(b"earlier")

    with pytest.raises(InjectionError):
        apply_plan(template, Plan(operations=(text("none", "x"),)), tmp_path / "out.aep")

    assert (tmp_path / "out.aep").read_bytes() == b"earlier"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_result_that_is_not_whole_is_not_put_in_place(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise ProjectError(f"{path.suffix} is damaged")

    monkeypatch.setattr(offline, "check_structure", refuse)

    with pytest.raises(ProjectError):
        apply_plan(template, Plan(operations=(text("title", "x"),)), tmp_path / "out.aep")

    assert list(tmp_path.iterdir()) == []


def test_what_py_aep_alone_finds_impossible_is_a_problem_too(
    inject: Callable[..., Any], tmp_path: Path
) -> None:
    remap = SetValue(
        field="assets[3]",
        target=Target(layer_name="Background"),
        property="timeRemapEnabled",
        value=True,
    )

    with pytest.raises(InjectionError, match="time_remap_enabled") as caught:
        inject(remap)

    assert caught.value.problems[0].field == "assets[3]"
    assert list(tmp_path.glob("*.aep")) == []


def test_an_unreadable_template_is_a_project_error(tmp_path: Path) -> None:
    (tmp_path / "bad.aep").write_bytes(b"RIFX\0\0\0\4Egg!")

    with pytest.raises(ProjectError):
        apply_plan(tmp_path / "bad.aep", Plan(), tmp_path / "out.aep")
