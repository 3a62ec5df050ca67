import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.bodies import BODY_LIMIT, parse_json
from intarsia.domain.errors import RequestError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("ab.[]"), inner),
    max_leaves=20,
)  # fmt: skip


@given(VALUES)
def test_what_json_can_say_comes_through_as_it_is(value):
    assert parse_json(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ("", "", "not valid JSON"),
        ("{", "", "not valid JSON"),
        ('{"a": [1, NaN]}', "a[1]", "is NaN"),
        ('{"a": {"b": -Infinity}}', "a.b", "is -Infinity"),
        ('{"a": 1e999}', "a", "is too large"),
        ('{"a": {"b": 1, "b": 2}}', "a.b", "duplicate key"),
        ('{"a": ["\\ud800"]}', "a[0]", "lone surrogate"),
        ('{"a": {"\\ud800": 1}}', "a", "lone surrogate"),
        ("[" * 100 + "]" * 100, "", "nested deeper"),
        ("[" * 200_000, "", "nested deeper"),
        (json.dumps("x" * BODY_LIMIT), "", "larger than"),
    ],
    ids=[
        "empty", "cut", "nan", "infinite", "huge", "duplicate", "surrogate", "surrogate in a key",
        "deep", "very deep", "large",
    ],
)  # fmt: skip
def test_a_body_that_lies_is_refused_where_it_lies(text, field, message):
    with pytest.raises(RequestError) as refused:
        parse_json(text)

    (problem,) = refused.value.problems
    assert problem.field == field
    assert message in problem.message


def test_every_lie_of_a_body_is_told():
    with pytest.raises(RequestError) as refused:
        parse_json('{"a": NaN, "b": [Infinity], "c": 1, "c": 2}')

    assert [problem.field for problem in refused.value.problems] == ["a", "b[0]", "c"]


def test_line_separators_in_text_come_through():
    assert parse_json(json.dumps({"a": "one\u2028two"})) == {"a": "one\u2028two"}
