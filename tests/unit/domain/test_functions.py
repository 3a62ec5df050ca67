"""Functions, in every spelling that clients use."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from intarsia.domain.assets import FunctionAsset
from intarsia.domain.colors import from_hex
from intarsia.domain.errors import RequestError
from intarsia.domain.functions import PARAMS, CompDuration, TextParams
from intarsia.domain.nested import RequestAsset
from intarsia.domain.requests import JobRequest, parse

PLAIN = TypeAdapter(RequestAsset)

LAYER_FUNCTIONS = {
    "layer-autoscale": {"type": "fill"},
    "layer-duration-set": {"value": 2},
    "layer-start-set": {"value": 0.5},
    "layer-state-set": {"visible": False},
    "solid-color-set": {"color": [0, 0.5, 1]},
    "text-params-set": {"textValue": "Hi", "fontSize": 12},
    "layer-remove": {},
    "genai": {"provider": "fal", "key": "${secrets.K}", "model": "a/b", "type": "image"},
}
FOR_EACH_LAYER = sorted(set(LAYER_FUNCTIONS) - {"genai"})
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
NAMES = st.text(min_size=1, max_size=12)


def read(**fields):
    return FunctionAsset.model_validate({"type": "function", **fields})


def problems(**fields):
    """What is said of a request with a function, by the field in the asset."""
    body = {"template": {"id": "A" * 26}, "assets": [{"type": "function", **fields}]}
    with pytest.raises(RequestError) as refused:
        parse(JobRequest, body)
    return {
        problem.field.removeprefix("assets[0]").lstrip("."): problem.message
        for problem in refused.value.problems
    }


def test_every_function_is_known_and_has_its_own_params():
    assert {f"nx:{name}" for name in LAYER_FUNCTIONS} | {"nx:comp-duration-set"} == set(PARAMS)
    for name, params in LAYER_FUNCTIONS.items():
        asset = read(name=f"nx:{name}", params=params | {"layerName": "a"})
        assert type(asset.params) is PARAMS[f"nx:{name}"]


@given(
    name=st.sampled_from(sorted(LAYER_FUNCTIONS)),
    layer=NAMES | st.lists(NAMES, min_size=1, max_size=5),
    composition=st.none() | NAMES,
)
def test_both_spellings_mean_the_same(name, layer, composition):
    where = {"layerName": layer} | ({} if composition is None else {"composition": composition})

    new = read(name=f"nx:{name}", params=LAYER_FUNCTIONS[name] | where)
    old = read(name=f"nx-{name}", params=LAYER_FUNCTIONS[name], **where)

    assert new == old
    assert new.name == f"nx:{name}"
    assert (new.params.layer_name, new.params.composition) == (layer, composition)


def test_what_stands_in_params_wins_over_what_stands_beside_them():
    asset = read(name="nx:layer-remove", layerName="outer", params={"layerName": "inner"})

    assert asset.params.layer_name == "inner"


@pytest.mark.parametrize("name", ["nx:gen-ai", "nx-gen-ai", "nx-genai", "nx:genai"])
def test_both_names_of_the_generator_are_one(name):
    params = LAYER_FUNCTIONS["genai"] | {"layerName": "a", "data": {"prompt": "x"}}

    assert read(name=name, params=params).name == "nx:genai"


def test_what_is_generated_is_one_asset_however_many_layers_get_it():
    asset = read(name="nx:genai", params=LAYER_FUNCTIONS["genai"] | {"layerName": ["a", "b"]})

    assert asset.expanded() == [asset]
    assert asset.params.layer_names == ["a", "b"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("provider", "other", "'fal'"),
        ("provider", None, "'fal'"),
        ("key", "", "without spaces"),
        ("key", "a\r\nHost: b", "without spaces"),
        ("key", "ключ", "without spaces"),
        ("key", 7, "without spaces"),
        ("model", "flux", "fal-ai/flux/dev"),
        ("model", "fal-ai/../admin", "fal-ai/flux/dev"),
        ("model", "fal-ai/./x", "fal-ai/flux/dev"),
        ("model", "//evil.example/x", "fal-ai/flux/dev"),
        ("model", "fal-ai/x?y=1", "fal-ai/flux/dev"),
        ("model", "fal-ai/x\n", "fal-ai/flux/dev"),
        ("model", "${secrets.MODEL}", "fal-ai/flux/dev"),
        ("type", "model", "'image', 'video' or 'audio'"),
        ("data", [], "object"),
        ("data", {"prompt": "x" * 65_536}, "at most 65536 bytes"),
        ("data", {"seed": float("nan")}, "NaN"),
    ],
)
def test_a_wrong_parameter_of_the_generator_is_named(field, value, message):
    params = LAYER_FUNCTIONS["genai"] | {"layerName": "a", field: value}

    found = problems(name="nx:genai", params=params)

    assert list(found) == [f"params.{field}"]
    assert message in found[f"params.{field}"]


@pytest.mark.parametrize("name", ["key", "model", "type", "provider", "layerName"])
def test_the_generator_needs_its_parameters(name):
    params = LAYER_FUNCTIONS["genai"] | {"layerName": "a"}
    del params[name]

    assert "required" in problems(name="nx:genai", params=params)[f"params.{name}"]


@pytest.mark.parametrize("model", ["fal-ai/flux/dev", "fal-ai/kling-video/v1.6/pro", "a/b_c-d.e"])
def test_models_are_paths(model):
    params = LAYER_FUNCTIONS["genai"] | {"layerName": "a", "model": model}

    assert read(name="nx:genai", params=params).params.model == model


@given(name=st.sampled_from(FOR_EACH_LAYER), layers=st.lists(NAMES, min_size=1, max_size=6))
def test_an_array_becomes_one_asset_for_each_layer_in_order(name, layers):
    asset = read(name=f"nx:{name}", params=LAYER_FUNCTIONS[name] | {"layerName": layers})

    calls = asset.expanded()

    assert [call.params.layer_name for call in calls] == layers
    assert [call.expanded() for call in calls] == [[call] for call in calls]
    for call in calls:
        assert call.params.model_copy(update={"layer_name": layers}) == asset.params


def test_one_layer_and_a_composition_stay_one_asset():
    for asset in (
        read(name="nx:layer-remove", params={"layerName": "a"}),
        read(name="nx:comp-duration-set", params={"composition": "main", "value": 3}),
    ):
        assert asset.expanded() == [asset]


@given(
    name=st.sampled_from(sorted(LAYER_FUNCTIONS)), layers=st.lists(NAMES, min_size=1, max_size=3)
)
def test_a_function_survives_the_manifests_json(name, layers):
    asset = read(name=f"nx-{name}", layerName=layers, params=LAYER_FUNCTIONS[name])

    assert PLAIN.validate_json(asset.model_dump_json(by_alias=True)) == asset
    # And the plan's, which has Python's names.
    assert PLAIN.validate_json(asset.model_dump_json()) == asset


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"name": "nx:layer-scale", "params": {}}, "name", "use one of nx:layer-autoscale, nx:"),
        ({"name": "layer-remove", "params": {"layerName": "a"}}, "name", "unknown function"),
        ({"params": {}}, "name", "is required"),
        ({"name": "nx:layer-remove"}, "params.layerName", "is required"),
        ({"name": "nx:layer-remove", "params": 7}, "params", "object"),
        ({"name": "nx:layer-remove", "params": {"layerName": []}}, "params.layerName",
         "array of 1 to 2000 names"),
        ({"name": "nx:layer-remove", "params": {"layerName": ["a", ""]}}, "params.layerName",
         "array of 1 to 2000 names"),
        ({"name": "nx:layer-autoscale", "params": {"layerName": "a", "type": "cover"}},
         "params.type", "'fill' or 'fit'"),
        ({"name": "nx:layer-autoscale",
          "params": {"layerName": "a", "minFontSize": 9, "maxFontSize": 8}}, "params",
         "must not be above"),
        ({"name": "nx:layer-autoscale", "params": {"layerName": "a", "maxFontSize": 1297}},
         "params.maxFontSize", "1296"),
        ({"name": "nx:layer-duration-set", "params": {"layerName": "a", "value": 0}},
         "params.value", "equal to 0.01"),
        ({"name": "nx:layer-duration-set", "params": {"layerName": "a", "value": 10_801}},
         "params.value", "10800"),
        ({"name": "nx:layer-duration-set", "params": {"layerName": "a", "value": "2"}},
         "params.value", "valid"),
        ({"name": "nx:layer-start-set", "params": {"layerName": "a"}}, "params.value", "required"),
        ({"name": "nx:layer-state-set", "params": {"layerName": "a"}}, "params", "give visible"),
        ({"name": "nx:layer-state-set", "params": {"layerName": "a", "state": "off"}},
         "params.state", "'visible' or 'hidden'"),
        ({"name": "nx:layer-state-set",
          "params": {"layerName": "a", "state": "hidden", "visible": True}}, "params",
         "contradict"),
        ({"name": "nx:solid-color-set", "params": {"layerName": "a", "color": "red"}},
         "params.color", "#rrggbb"),
        ({"name": "nx:solid-color-set", "params": {"layerName": "a", "color": [255, 0, 0]}},
         "params.color", "divide by 255"),
        ({"name": "nx:solid-color-set", "params": {"layerName": "a", "color": [True, 0, 0]}},
         "params.color", "numbers"),
        ({"name": "nx:solid-color-set", "params": {"layerName": "a", "color": [1, 0]}},
         "params.color", "numbers"),
        ({"name": "nx:text-params-set", "params": {"layerName": "a"}}, "params",
         "give at least one attribute, such as textValue"),
        ({"name": "nx:text-params-set", "params": {"layerName": "a", "fontSize": 0}},
         "params.fontSize", "greater than 0"),
        ({"name": "nx:comp-duration-set", "params": {"value": 2}}, "params.composition",
         "required"),
        ({"name": "nx:genai", "params": {"layerName": "a"}}, "params.provider", "required"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_field(fields, field, message):
    assert message in problems(**fields)[field]


@pytest.mark.parametrize(
    ("name", "params", "value"),
    [
        ("layer-duration-set", {"duration": 2}, 2),
        ("layer-start-set", {"start": -1.5}, -1.5),
        ("layer-start-set", {"startTime": 3}, 3),
        ("comp-duration-set", {"composition": "main", "duration": 4}, 4),
    ],
)
def test_times_are_taken_under_the_names_one_would_try(name, params, value):
    assert read(name=f"nx:{name}", params={"layerName": "a"} | params).params.value == value


@pytest.mark.parametrize(
    ("params", "shown"),
    [
        ({"visible": True}, True),
        ({"visible": False}, False),
        ({"state": "visible"}, True),
        ({"state": "hidden"}, False),
        ({"state": "hidden", "visible": False}, False),
    ],
)
def test_a_state_is_a_word_or_a_truth(params, shown):
    asset = read(name="nx:layer-state-set", params={"layerName": "a"} | params)

    assert asset.params.shown is shown


def test_only_what_is_given_is_set_in_a_text():
    params = {"layerName": "a", "fillColor": "#f00", "tracking": 0, "text": "Hi", "size": 3}

    asset = read(name="nx:text-params-set", params=params)

    assert isinstance(asset.params, TextParams)
    assert asset.params.attributes == {
        "textValue": "Hi",
        "fillColor": [1.0, 0.0, 0.0],
        "tracking": 0,
    }
    assert next(iter(asset.params.attributes)) == "textValue"


def test_an_empty_text_is_a_text():
    asset = read(name="nx:text-params-set", params={"layerName": "a", "textValue": ""})

    assert asset.params.attributes == {"textValue": ""}


def test_params_beside_those_that_are_known_do_no_harm():
    asset = read(name="nx:comp-duration-set", params={"composition": "c", "value": 1, "x": {}})

    assert asset.params == CompDuration(composition="c", value=1)


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_a_colour_in_digits_is_the_colour_in_numbers(parts):
    text = "#" + "".join(f"{part:02x}" for part in parts)

    assert from_hex(text) == [part / 255 for part in parts]
    assert from_hex(text.upper() + "80") == [*(part / 255 for part in parts), 128 / 255]


@pytest.mark.parametrize(
    "text", ["", "#", "ff0000", "#ff00f", "#gg0000", "#ff0000 ", "#١٢٣", "#1\n"]
)
def test_what_is_no_colour_is_none(text):
    assert from_hex(text) is None


def test_short_colours_stand_for_doubled_digits():
    assert from_hex("#fa0") == from_hex("#ffaa00")


@given(ANY_JSON, ANY_JSON, st.sampled_from([*PARAMS, "nx-layer-remove"]) | st.text())
def test_any_json_is_a_function_or_is_explained(params, layer, name):
    body = {"name": name, "params": params, "layerName": layer}
    try:
        asset = read(**body)
    except ValidationError:
        found = problems(**body)
        assert found
        assert all(field.partition(".")[0] in {"name", "params"} for field in found)
    else:
        text = json.dumps(asset.model_dump(mode="json", by_alias=True))
        assert PLAIN.validate_json(text) == asset
