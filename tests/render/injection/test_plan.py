"""The plan: what becomes of assets, and its way through JSON."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.assets import DataAsset, FootageAsset, StaticAsset, TextAsset
from intarsia.domain.nested import SlotAsset
from render_container.injection.errors import InjectionError
from render_container.injection.plan import (
    MediaInfo,
    Plan,
    ReplaceFootage,
    SetExpression,
    SetValue,
    Target,
    build_plan,
)

PICTURE = FootageAsset(type="image", src="https://example.org/a.png", layer_name="photo")


def test_assets_become_operations_in_their_order() -> None:
    plan = build_plan(
        [
            TextAsset(type="text", layer_name="title", value="Hi"),
            StaticAsset(type="static", src="https://example.org/font.ttf"),
            PICTURE,
            DataAsset(type="data", layer_index=3, composition="main", property="Opacity", value=50),
        ],
        files={1: Path("font.ttf"), 2: Path("a.png")},
        media={2: MediaInfo(width=4, height=3)},
    )

    assert plan.operations == (
        SetValue(
            field="assets[0]",
            target=Target(layer_name="title"),
            property="ADBE Text Document",
            value="Hi",
        ),
        ReplaceFootage(
            field="assets[2]",
            target=Target(layer_name="photo"),
            path=Path("a.png"),
            kind="image",
            media=MediaInfo(width=4, height=3),
        ),
        SetValue(
            field="assets[3]",
            target=Target(composition="main", layer_index=3),
            property="Opacity",
            value=50,
        ),
    )


def test_value_and_expression_are_both_kept_the_value_first() -> None:
    asset = DataAsset(
        type="data", layer_name="a", property="Opacity", value=50, expression="time * 10"
    )

    first, second = build_plan([asset], files={}).operations

    assert isinstance(first, SetValue)
    assert isinstance(second, SetExpression)
    assert (first.value, second.expression) == (50, "time * 10")


def test_a_filled_slot_replaces_footage_by_its_childs_output() -> None:
    slot = SlotAsset(
        type="slot", layer_name="Intro", composition="main", child_id="c1", media="video"
    )

    (operation,) = build_plan([slot], files={0: Path("child.mov")}).operations

    assert isinstance(operation, ReplaceFootage)
    assert operation.kind == "video"
    assert operation.target == Target(composition="main", layer_name="Intro")


def test_every_footage_asset_without_a_file_is_named() -> None:
    with pytest.raises(InjectionError) as caught:
        build_plan([PICTURE, PICTURE], files={})

    assert [problem.field for problem in caught.value.problems] == ["assets[0]", "assets[1]"]


# Characters that end lines or strings in scripts, or that JSON escapes, come often enough.
TEXT = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\u2028\u2029'\"\\\n\0"))
)
TARGETS = st.builds(
    Target,
    composition=st.none() | TEXT,
    layer_name=st.none() | TEXT,
    layer_index=st.none() | st.integers(1, 9),
)
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
    st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=4),
)
OPERATIONS = st.one_of(
    st.builds(SetValue, field=TEXT, target=TARGETS, property=TEXT, value=VALUES),
    st.builds(SetExpression, field=TEXT, target=TARGETS, property=TEXT, expression=TEXT),
    st.builds(
        ReplaceFootage,
        field=TEXT,
        target=TARGETS,
        path=st.just(Path("in") / "it's a 'quoted' \u2028 name.png"),
        kind=st.sampled_from(["image", "video", "audio"]),
        media=st.none() | st.builds(MediaInfo, width=st.integers(0, 9)),
    ),
)


@given(st.lists(OPERATIONS, max_size=5))
def test_a_plan_is_ascii_and_comes_back_from_json_as_it_was(operations: list[SetValue]) -> None:
    plan = Plan(operations=tuple(operations))

    text = plan.to_json()

    assert text.isascii()
    assert "\n" not in text
    assert Plan.from_json(text) == plan
    kinds = [type(item.value) for item in operations if isinstance(item, SetValue)]
    back = [
        type(item.value) for item in Plan.from_json(text).operations if isinstance(item, SetValue)
    ]
    assert back == kinds
