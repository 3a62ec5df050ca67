import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.errors import RequestError
from intarsia.domain.requests import JobRequest, parse

TEMPLATE = {"id": "A" * 26, "composition": "main"}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def problems(body):
    with pytest.raises(RequestError) as refused:
        parse(JobRequest, body)
    return {problem.field: problem.message for problem in refused.value.problems}


def refusal(body):
    try:
        parse(JobRequest, body)
    except RequestError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("assets", "field", "message"),
    [
        ([{"layerName": "x"}], "assets[0].type", "is required"),
        ([{"type": "slot", "layerName": "x", "childId": "y"}], "assets[0].type", "must be one of"),
        ([{"type": "text", "layerName": "x"}], "assets[0].value", "is required"),
        ([{"type": "text", "layerName": "x", "value": 3}], "assets[0].value", "string"),
        ([{"type": "text", "value": "x"}], "assets[0]", "layerName or layerIndex"),
        ([{"type": "data", "layerName": "x", "property": "P"}], "assets[0]", "value or an"),
        ([{"type": "data", "layerName": "x", "property": "P", "value": {}}], "assets[0].value",
         "must be text, a number"),
        ([{"type": "image", "layerName": "x", "src": "file:///etc"}], "assets[0].src", "URL"),
        ([{"type": "image", "layerName": "x", "src": "s3://b/k"}], "assets[0].src", "URL"),
        ([{"type": "job", "layerName": "x", "template": {"id": "B" * 26}}],
         "assets[0].template.composition", "is required"),
        ([{"type": "job", "template": {"id": "B" * 26, "composition": "c"}}],
         "assets[0].layerName", "is required"),
        ([{"type": "job", "layerName": "x", "template": {"id": "B" * 26, "composition": "c"},
           "assets": [{"type": "text", "layerName": "n"}]}],
         "assets[0].assets[0].value", "is required"),
        ([{"type": "job", "layerName": "x", "template": {"id": "B" * 26, "composition": "c"},
           "settings": {"type": "image", "frames": [0, 3]}}], "assets[0]", "one frame"),
    ],
)  # fmt: skip
def test_a_wrong_asset_is_named_by_its_path(assets, field, message):
    found = problems({"template": TEMPLATE, "assets": assets})

    assert message in found[field]


def test_all_problems_are_told_at_once():
    found = problems({"template": {"id": "x"}, "settings": {"codec": "gif"}, "assets": [{}]})

    assert {"template.id", "settings.codec", "assets[0].type"} <= set(found)


def test_unknown_fields_are_tolerated_where_the_contract_is_open_and_not_in_settings():
    body = {"template": TEMPLATE | {"more": 1}, "tags": "a,b", "assets": []}

    assert parse(JobRequest, body).template.composition == "main"
    assert "settings.more" in problems({"template": TEMPLATE, "settings": {"more": 1}})


@given(ANY_JSON)
def test_any_json_is_accepted_or_explained(body):
    refused = refusal(body)

    assert refused is None or (refused.problems and str(refused))


@given(ANY_JSON)
def test_any_json_inside_a_job_is_accepted_or_explained(value):
    for field in ("template", "assets", "settings", "preview"):
        refused = refusal({"template": TEMPLATE} | {field: value})
        if refused is not None:
            assert all(problem.field.startswith(field) for problem in refused.problems)


def test_a_field_whose_name_begins_like_a_kind_of_value_is_named_whole():
    wrong = {"layerName": "n", "strokeColor": "zz", "strokeWidth": "q"}
    found = problems(
        {
            "template": TEMPLATE,
            "assets": [{"type": "function", "name": "nx:text-params-set", "params": wrong}],
        }
    )

    assert set(found) == {"assets[0].params.strokeColor", "assets[0].params.strokeWidth"}
