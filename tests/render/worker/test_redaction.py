"""No spelling of a secret is written."""

import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from render_container.worker.file_names import safe_name
from render_container.worker.redaction import Redactor

SECRET = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=4, max_size=60)


def _redactor(*values: str) -> Redactor:
    redactor = Redactor()
    for value in values:
        redactor.add(value)
    return redactor


@given(secret=SECRET)
def test_a_value_is_masked_in_every_spelling(secret: str) -> None:
    redactor = _redactor(secret)
    for spelled in (
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote(secret, safe="").lower(),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    ):
        assert redactor(f"<{spelled}>") == "<***>"


@given(secret=SECRET, length=st.integers(4, 50))
@example(secret="0" * 8, length=50)
def test_a_value_that_a_message_cuts_short_is_masked(secret: str, length: int) -> None:
    told = _redactor(secret)(f'takes a number, not "{secret[:length]}..."')
    assert told == 'takes a number, not "***..."'


@given(secrets=st.lists(SECRET, min_size=2, max_size=4))
def test_a_secret_within_a_secret_leaves_nothing_of_it(secrets: list[str]) -> None:
    whole = "".join(secrets)
    assert _redactor(*secrets, whole)(f"[{whole}]") == "[***]"


def test_what_stays_of_a_url_when_it_is_shown_is_masked() -> None:
    redactor = _redactor("https://CDN.test:443/a/private-path?token=abcdefghij")
    for left in ("https://cdn.test/a/private-path", "token=abcdefghij"):
        assert redactor(f"at {left} it") == "at *** it"


def test_the_file_name_that_is_made_of_a_value_is_masked() -> None:
    value = "s3/kret:käse?x"
    assert safe_name(value) not in _redactor(value)(f"opening {safe_name(value)}")
    token = "to:ken&with*odd|signs"
    assert _redactor(token)(f"opening {safe_name(token)}") == "opening ***"


def test_every_line_of_a_key_is_masked() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----"
    redactor = _redactor(key)
    assert redactor("read MIIEvQIBADANBg") == "read ***"
    assert redactor(f"read {key}!") == "read ***!"


def test_a_short_value_is_masked_as_a_word_only() -> None:
    redactor = _redactor("42")
    assert redactor("the answer is 42.") == "the answer is ***."
    assert redactor("1420 frames") == "1420 frames"


@pytest.mark.parametrize("text", ["", "render ...", "PROGRESS:  0:00:00:00 (1): 0 Seconds"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert _redactor("s3cret-value")(text) == text
    assert Redactor()(text) == text
