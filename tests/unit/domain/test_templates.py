import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.errors import RequestError
from intarsia.domain.ids import new_id, now
from intarsia.domain.requests import parse
from intarsia.domain.template_views import created_template_view, template_view
from intarsia.domain.templates import (
    Contents,
    Template,
    TemplateRequest,
    facts_key,
    file_name,
    template_folder,
    upload_key,
)

ID = new_id()


def template(**fields):
    moment = now()
    return Template.model_validate(
        {
            "id": ID, "team_id": "team", "type": "aep", "display_name": "x", "status": "uploaded",
            "key": "key", "facts_key": "facts", "created_at": moment, "updated_at": moment,
        } | fields
    )  # fmt: skip


@given(st.text())
def test_a_file_name_is_safe_inside_a_header_whatever_the_template_is_called(name):
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,85}", file_name(template(display_name=name)))


def test_a_file_name_is_that_of_the_template_as_far_as_it_can_be():
    assert file_name(template(display_name="Lower third 2.0", type="zip")) == "Lower-third-2.0.zip"
    assert file_name(template(display_name="下")) == f"{ID}.aep"


@given(st.text() | st.text().map(lambda text: f"https://{text}"))
def test_a_source_that_is_accepted_is_an_https_url_without_secrets(src):
    try:
        accepted = parse(TemplateRequest, {"type": "aep", "displayName": "x", "src": src}).src
    except RequestError as error:
        assert [problem.field for problem in error.problems] == ["src"]  # noqa: PT017
    else:
        assert accepted == src
        assert (urlsplit(src).scheme, bool(urlsplit(src).hostname)) == ("https", True)
        assert not re.search(r"\s|[\x00-\x20]|\$\{secrets?\.[A-Za-z0-9_.-]+\}", src)


@pytest.mark.parametrize(
    "src",
    [
        "https://bucket.s3.eu-west-1.amazonaws.com/a%20b.aep?X-Amz-Signature=1&X-Amz-Expires=900",
        "https://drive.google.com/file/d/1AbC-dEf_GhIjKlMn/view?usp=sharing",
        "HTTPS://example.com:8443/x.zip#part",
    ],
)
def test_what_people_paste_is_accepted_as_it_is(src):
    request = {"type": "zip", "displayName": "x", "src": src}

    assert parse(TemplateRequest, request).src == src


def test_no_two_uploads_or_readings_share_a_key():
    keys = {upload_key("team", ID, "zip") for _ in range(9)}
    keys |= {facts_key("team", ID) for _ in range(9)}

    assert len(keys) == 18
    assert all(key.startswith(template_folder("team", ID)) for key in keys)


def test_what_can_be_set_in_a_mogrt_survives_the_table_whatever_its_numbers():
    contents = Contents(mogrt={"controls": [{"max": 1e300, "min": -1e-300, "default": [0.1, 2]}]})

    kept = contents.model_dump()["mogrt"]
    assert isinstance(kept, str)
    assert Contents.model_validate_json(contents.model_dump_json()) == contents
    shown = template_view(template(contents=contents)).body()["mogrt"]
    assert shown == contents.mogrt


def test_where_a_template_came_from_is_never_shown():
    secret = "https://example.com/?signature"
    view = created_template_view(template(src=secret, status="downloading"), None)

    assert "signature" not in str(view.body())
    assert "uploadInfo" not in view.body()
