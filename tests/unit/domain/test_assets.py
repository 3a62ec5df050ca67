"""Essential and script assets as clients write them."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from intarsia.domain.errors import RequestError
from intarsia.domain.nested import RequestAsset
from intarsia.domain.requests import JobRequest, parse
from intarsia.domain.scripts import SCRIPT_LIMIT, text_of_data_url

PLAIN = TypeAdapter(RequestAsset)
SCRIPTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def problems(asset):
    """What is said of a request with the asset, by the field in the asset."""
    with pytest.raises(RequestError) as refused:
        parse(JobRequest, {"template": {"id": "A" * 26}, "assets": [asset]})
    return {
        problem.field.removeprefix("assets[0]").lstrip("."): problem.message
        for problem in refused.value.problems
    }


@pytest.mark.parametrize("value", ["Hi", 3, 0.5, True, [1, 2.5]])
def test_a_field_takes_text_numbers_truths_and_arrays(value):
    asset = PLAIN.validate_python({"type": "essential", "layerName": "Group.Field", "value": value})

    assert (asset.layer_name, asset.value) == ("Group.Field", value)
    assert type(asset.value) is type(value)


def test_a_field_needs_a_name_and_a_plain_value():
    assert problems({"type": "essential", "value": 1}) == {"layerName": "is required"}
    assert problems({"type": "essential", "layerName": "a"}) == {"value": "is required"}
    found = problems({"type": "essential", "layerName": "a", "value": {"text": "x"}})
    assert "must be text, a number" in found["value"]


def test_a_script_from_a_url_has_its_contracts_defaults():
    asset = PLAIN.validate_python({"type": "script", "src": "https://example.org/a.jsx"})

    assert asset.text is None
    assert (asset.keyword, asset.parameters, asset.global_default_value) == ("NX", [], None)


def test_parameters_are_any_json():
    parameters = [{"key": "a", "value": {"b": [1, None]}}, {"key": "c"}]

    asset = PLAIN.validate_python({"type": "script", "value": "x", "parameters": parameters})

    assert [(item.key, item.value) for item in asset.parameters] == [
        ("a", {"b": [1, None]}),
        ("c", None),
    ]


@given(SCRIPTS)
def test_a_script_is_the_same_as_text_or_in_a_data_url(text):
    plain = base64.b64encode(text.encode()).decode()

    assert PLAIN.validate_python({"type": "script", "value": text}).text == text
    for url in (f"data:,{quote(text, safe='')}", f"data:text/plain;charset=utf-8;base64,{plain}"):
        assert PLAIN.validate_python({"type": "script", "src": url}).text == text


@given(st.text())
def test_any_data_url_is_text_or_refused(rest):
    try:
        text = text_of_data_url(f"data:{rest}")
    except ValueError:
        assert "," not in rest or problems({"type": "script", "src": f"data:{rest}"})
    else:
        assert 0 < len(text) <= SCRIPT_LIMIT


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({}, "", "give either src"),
        ({"src": "https://example.org/a", "value": "x"}, "", "give either src"),
        ({"src": "alert(1)"}, "src", "use value for the text of a script"),
        ({"src": "file:///etc/passwd"}, "src", "URL"),
        ({"src": "data:text/plain"}, "", "no comma"),
        ({"src": "data:;base64,%%%"}, "", "not UTF-8 text"),
        ({"src": "data:,%ff"}, "", "not UTF-8 text"),
        ({"src": "data:,"}, "", "1 to 1000000 characters"),
        ({"value": ""}, "value", "at least 1 character"),
        ({"value": "x", "keyword": "a-b"}, "keyword", "must match"),
        ({"value": "x", "keyword": "NX\n"}, "keyword", "must match"),
        ({"value": "x", "parameters": [{"value": 1}]}, "parameters[0].key", "is required"),
    ],
)
def test_what_is_wrong_with_a_script_is_named(fields, field, message):
    assert message in problems({"type": "script"} | fields)[field]
