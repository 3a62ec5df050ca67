"""Placeholders of a job template."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.cli.filling import FillError, columns_of, fill

columns = st.text(string.ascii_letters + " _-.", min_size=1, max_size=8).filter(
    lambda name: not name.startswith(("secret.", "secrets.", "templates."))
)
cells = st.dictionaries(columns, st.text(max_size=20), min_size=1, max_size=4)
plain = st.text(max_size=10).filter(lambda text: not set(text) & set("$\\{}"))
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain, inner, max_size=3),
    max_leaves=8,
)


@given(cells, st.data())
def test_text_is_put_together_from_cells_as_they_are(row, data):
    names = data.draw(st.lists(st.sampled_from(sorted(row)), max_size=4))
    between = [data.draw(plain) for _ in range(len(names) + 1)]
    template = between[0] + "".join(
        f"${{{name}}}{after}" for name, after in zip(names, between[1:], strict=True)
    )
    expected = between[0] + "".join(
        row[name] + after for name, after in zip(names, between[1:], strict=True)
    )
    assert fill(template, row) == expected


@given(trees, cells)
def test_what_has_no_placeholder_stays_as_it_is(tree, row):
    assert fill(tree, row) == tree
    assert columns_of(tree) == {}


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_its_value_and_kind(number):
    filled = fill({"a": ["${n:number}"]}, {"n": json.dumps(number)})["a"][0]
    assert filled == number
    assert type(filled) is type(number)


@given(trees, cells, st.data())
def test_the_template_is_filled_wherever_it_names_a_column(tree, row, data):
    name = data.draw(st.sampled_from(sorted(row)))
    template = {"first": tree, "then": [{"here": f"${{{name}}}"}]}
    assert columns_of(template) == {name: "then[0].here"}
    assert fill(template, row) == {"first": tree, "then": [{"here": row[name]}]}
    assert template["then"][0]["here"] == f"${{{name}}}", "the template itself stays"


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("${a}", "12"),
        ("${a:number}", 12),
        ("${b:bool}", True),
        ("${a} of ${b}", "12 of true"),
        ("US$${a}", "US$12"),
        (r"\${a} is ${a}", "${a} is 12"),
        (r"\\${a}", r"\${a}"),
        ("${secrets.KEY} ${secret.KEY} ${templates.main}", None),
        ("${a", None),
        ("$a {a}", None),
        ("${odd:kind}", "column with a colon"),
    ],
)
def test_spellings(template, filled):
    row = {"a": "12", "b": "true", "odd:kind": "column with a colon"}
    assert fill(template, row) == (template if filled is None else filled)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ({"a": {"b": "${c}"}}, r"a\.b: the row has no cell in column 'c'"),
        ({"a": ["x", "${n:number}"]}, r"a\[1\]: column 'n' must be a number .* not 'twelve'"),
        ({"a": "${n:bool}"}, "must be true or false"),
        ({"a": "about ${n:number}"}, "must be the whole string"),
    ],
)
def test_what_cannot_be_filled_says_where(template, words):
    with pytest.raises(FillError, match=words):
        fill(template, {"n": "twelve"})


@pytest.mark.parametrize("text", ["", "NaN", "Infinity", "1e999", "true", "[1]", "0x10", '"1"'])
def test_what_is_no_json_number_is_none(text):
    with pytest.raises(FillError):
        fill("${n:number}", {"n": text})
