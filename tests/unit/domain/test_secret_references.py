import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.secret_references import references_in, resolved

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
NAMES = st.from_regex(r"[A-Za-z0-9_.-]{1,128}", fullmatch=True)


def test_both_spellings_are_found_at_any_depth_and_replaced():
    value = {
        "src": "https://x/?key=${secrets.KEY}&again=${secret.KEY}",
        "params": [{"deep": ["${secrets.other-KEY_2.x}", 1, None, True]}],
    }

    assert references_in(value) == {"KEY", "other-KEY_2.x"}
    assert resolved(value, {"KEY": "k", "other-KEY_2.x": "o"}.__getitem__) == {
        "src": "https://x/?key=k&again=k",
        "params": [{"deep": ["o", 1, None, True]}],
    }


@pytest.mark.parametrize(
    "text",
    [
        *("${secrets.}", "${secrets.a b}", "${secrets.ä}", "${secretss.A}", "${SECRETS.A}"),
        *("$secrets.A", "${secrets.A", "{secrets.A}", "${secrets." + "x" * 129 + "}"),
    ],
)
def test_what_only_looks_like_a_reference_is_text(text):
    assert references_in([text]) == set()
    assert resolved([text], {}.__getitem__) == [text]


def test_keys_are_left_alone():
    value = {"${secrets.A}": "${secrets.B}"}

    assert references_in(value) == {"B"}
    assert resolved(value, {"B": "b"}.__getitem__) == {"${secrets.A}": "b"}


def test_a_value_is_not_searched_again():
    values = {"A": "${secrets.B} \\1 \\g<0>", "B": "never"}
    asked = []

    def secret(name):
        asked.append(name)
        return values[name]

    assert resolved("${secrets.A}", secret) == "${secrets.B} \\1 \\g<0>"
    assert asked == ["A"]


def test_each_secret_is_asked_for_once_and_a_refusal_passes_through():
    asked = []

    resolved(["${secrets.A}"] * 3, lambda name: asked.append(name) or "a")

    assert asked == ["A"]
    with pytest.raises(KeyError):
        resolved("${secrets.A}", {}.__getitem__)


@given(JSON)
def test_a_value_without_references_comes_out_as_it_went_in(value):
    copy = json.loads(json.dumps(value))

    assert references_in(value) == set()
    assert resolved(value, {}.__getitem__) == copy == value


@given(st.lists(NAMES, min_size=1), st.data())
def test_every_reference_is_found_wherever_it_stands(found, data):
    texts = [data.draw(st.text()) + f"${{secrets.{name}}}" for name in found]

    assert references_in({"a": texts}) == set(found)
    for text in resolved(texts, lambda name: "-"):
        assert references_in(text) == set()
