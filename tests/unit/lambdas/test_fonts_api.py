import base64
import json
import re

import boto3
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intarsia.domain.fonts import FILE_LIMIT, INLINE_LIMIT
from intarsia.domain.jobs import Failure
from lambdas.introspect.handler import handler as introspect
from tests.support import campaign
from tests.support.paths import BUNDLED_FONTS

BOLD = (BUNDLED_FONTS / "LiberationSans-Bold.ttf").read_bytes()
URL = "/api/v2/fonts"
FORM = "multipart/form-data; boundary=xyz"


@pytest.fixture
def send(environment):
    """POST bytes to /fonts as API Gateway hands them over; gives status, body, headers."""
    from lambdas.api.handler import handler

    def post(body, content_type, *, token="mine", coded=None):
        event = {
            "version": "2.0",
            "rawPath": URL,
            "headers": {"authorization": f"Bearer {token}", "content-type": content_type},
            "queryStringParameters": {},
            "requestContext": {
                "requestId": "request-1",
                "domainName": "api.test",
                "stage": "$default",
                "http": {"method": "POST", "path": URL},
            },
            "body": coded if coded is not None else base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        answer = handler(event, None)
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        return answer["statusCode"], json.loads(answer["body"]), headers

    return post


@pytest.fixture
def upload(send):
    """Upload a file as real clients do, by httpx' encoder."""

    def post(data=BOLD, name="Brand-Bold.ttf", *, token="mine", **fields):
        request = httpx.Request("POST", "http://x", files={"font": (name, data)}, data=fields)
        return send(request.read(), request.headers["content-type"], token=token)

    return post


@pytest.fixture
def kept(environment):
    """Sizes of all objects in the templates bucket, by key."""
    s3 = boto3.client("s3")
    return lambda: {
        each["Key"]: each["Size"]
        for each in s3.list_objects_v2(Bucket="templates").get("Contents", [])
    }


def form(*parts, end=b"--xyz--\r\n"):
    return (
        b"".join(b"--xyz\r\n" + head + b"\r\n\r\n" + body + b"\r\n" for head, body in parts) + end
    )


def part(name, file_name=None):
    head = f'Content-Disposition: form-data; name="{name}"'
    return (head + (f'; filename="{file_name}"' if file_name is not None else "")).encode()


FONT = (part("font", "a.ttf"), BOLD)


def test_a_font_is_kept_with_the_names_from_its_file(call, upload, kept):
    status, font, headers = upload()

    assert status == 201
    assert "json" in headers["content-type"]
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", font["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", font["createdAt"])
    assert font == font | {
        "familyName": "Liberation Sans",
        "fileName": "Brand-Bold.ttf",
        "postscriptName": "LiberationSans-Bold",
        "fullName": "Liberation Sans Bold",
        "style": "Bold",
        "status": "uploaded",
        "bytes": len(BOLD),
        "error": None,
    }
    assert kept() == {f"fonts/team/{font['id']}/Brand-Bold.ttf": len(BOLD)}
    assert call("GET", URL)[:2] == (200, [font])
    assert call("GET", f"{URL}/{font['id']}")[:2] == (200, font)


def test_a_family_name_of_the_clients_own_is_shown_and_both_are_found(upload):
    _, font, _ = upload(familyName=" House ")

    assert (font["familyName"], font["postscriptName"]) == ("House", "LiberationSans-Bold")
    assert upload(familyName="")[1]["familyName"] == "Liberation Sans"


def test_the_same_font_again_is_a_second_one_that_goes_before_the_first(call, upload):
    first, second = upload()[1]["id"], upload()[1]["id"]

    assert [font["id"] for font in call("GET", URL)[1]] == [first, second]


def test_what_is_no_truetype_font_is_refused_by_field(upload, kept):
    for data, words in (
        (b"OTTO" + BOLD[4:], "OTF"),
        (b"wOFF" + BOLD[4:], "WOFF"),
        (b"ttcf" + BOLD[4:], "TTC"),
        (BOLD[: len(BOLD) // 2], "whole file"),
        (b"", "not a font file"),
    ):
        status, body, _ = upload(data)

        assert status == 400
        (detail,) = body["details"]
        assert detail["field"] == "font"
        assert words in detail["message"]
    assert kept() == {}


def test_a_form_that_cannot_be_is_refused_by_field(send, kept):
    for parts, field in (
        ([], "font"),
        ([(part("file", "a.ttf"), BOLD)], "font"),
        ([(part("font"), BOLD)], "font"),
        ([(part("font", "a.otf"), BOLD)], "font"),
        ([(part("font", "../../a.ttf"), BOLD)], "font"),
        ([(part("font", "a\0.ttf"), BOLD)], "font"),
        ([(part("font", ""), BOLD)], "font"),
        ([FONT, FONT], "font"),
        ([FONT, (part("familyName"), b"\xff\xfe")], "familyName"),
        ([FONT, (part("familyName"), b"a\0b")], "familyName"),
        ([FONT, (part("familyName"), b"x" * 129)], "familyName"),
        ([FONT, (part("familyName", "a.txt"), b"House")], "familyName"),
        ([FONT, (part("familyName"), b"A"), (part("familyName"), b"B")], "familyName"),
    ):
        status, body, _ = send(form(*parts), FORM)

        assert (status, [detail["field"] for detail in body["details"]]) == (400, [field])
    assert kept() == {}


def test_a_body_that_is_no_form_is_refused_in_words(send, kept):
    for body, content_type in (
        (form(FONT), "multipart/form-data"),
        (form(FONT), "multipart/form-data; boundary="),
        (form(FONT), "multipart/form-data; boundary=other"),
        (form(FONT, end=b""), FORM),
        (form(FONT)[:-60], FORM),
        (b"", FORM),
        (form((part("font", "a.ttf") + b"\r\nX-Long: " + b"x" * 9000, BOLD)), FORM),
        (form((b"Content-Disposition: form-data", BOLD)), FORM),
        (form((b"No colon here", BOLD)), FORM),
        (form((b"\xff\xfe: x", BOLD)), FORM),
        (form(*[(part(f"p{number}"), b"") for number in range(99)]), FORM),
        (BOLD, "font/ttf"),
        (BOLD, "application/octet-stream"),
        (form(FONT), ""),
    ):
        status, answer, _ = send(body, content_type)

        assert status == 400, (content_type, body[:80])
        assert "multipart/form-data" in answer["error"]
    assert kept() == {}


def test_base64_that_is_none_is_refused(send):
    status, answer, _ = send(None, FORM, coded="%%% not base64 %%%")

    assert status == 400
    assert "base64" in answer["error"]


@settings(
    max_examples=campaign.size(20, 60), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.sampled_from([b"--xyz", b"--", b"\r\n", b"\n", part("font", "a.ttf"), b"\0", b"--xyz--"])
        | st.binary(max_size=8),
        max_size=12,
    )
)
def test_any_body_is_answered_with_the_reason_for_refusing_it(send, pieces):
    status, answer, _ = send(b"".join(pieces), FORM)

    assert (status, set(answer)) == (400, {"error", "details"})


def test_what_does_not_fit_names_the_way_for_large_fonts(upload, kept):
    for size, words in ((INLINE_LIMIT + 1, "uploadInfo.url"), (FILE_LIMIT + 1, "40 MiB")):
        status, body, _ = upload(BOLD.ljust(size, b"\0"))
        assert (status, set(body)) == (413, {"error"})
        assert words in body["error"]
    assert kept() == {}


def test_a_large_font_is_announced_uploaded_and_read(call, send):
    status, body, _ = send(
        json.dumps({"fileName": "Brand.ttf", "familyName": "House"}).encode(), "application/json"
    )
    assert (status, body["status"], body["familyName"]) == (201, "awaiting_upload", "House")
    info = body.pop("uploadInfo")
    assert (info["method"], info["expiresIn"]) == ("PUT", 3600)
    assert "X-Amz-SignedHeaders=host" in info["url"]
    assert info["key"] == f"fonts/team/{body['id']}/Brand.ttf"
    assert call("GET", f"{URL}/{body['id']}")[1] == body

    boto3.client("s3").put_object(Bucket="templates", Key=info["key"], Body=BOLD)
    stored = {"key": info["key"], "size": len(BOLD)}
    assert introspect({"detail": {"object": stored}}, None)["status"] == "uploaded"

    font = call("GET", f"{URL}/{body['id']}")[1]
    assert (font["status"], font["bytes"]) == ("uploaded", len(BOLD))
    assert (font["familyName"], font["postscriptName"]) == ("House", "LiberationSans-Bold")


def test_a_font_that_cannot_be_announced_is_refused_by_field(call, send):
    for body, field in (
        ({}, "fileName"),
        ({"fileName": "a.otf"}, "fileName"),
        ({"fileName": "x/../a.ttf"}, "fileName"),
        ({"fileName": 7}, "fileName"),
        ({"fileName": "a.ttf", "familyName": 7}, "familyName"),
        ({"fileName": "a.ttf", "familyName": "x" * 129}, "familyName"),
    ):
        status, answer, _ = send(json.dumps(body).encode(), "application/json")

        assert (status, [detail["field"] for detail in answer["details"]]) == (400, [field])
    assert call("GET", URL)[1] == []


def test_a_deleted_font_and_its_file_are_gone(call, upload, kept):
    font = upload()[1]

    status, body, _ = call("DELETE", f"{URL}/{font['id']}")

    assert (status, body) == (204, "")
    assert call("GET", f"{URL}/{font['id']}")[0] == 404
    assert call("DELETE", f"{URL}/{font['id']}")[0] == 404
    assert call("GET", URL)[1] == []
    assert kept() == {}


def test_a_font_that_a_job_needs_stays_until_the_job_has_ended(call, upload, jobs, make_job):
    font = upload()[1]
    job = make_job(font_ids=[font["id"]])
    jobs.create([job])

    status, body, _ = call("DELETE", f"{URL}/{font['id']}")
    assert (status, set(body)) == (409, {"error"})
    assert call("GET", f"{URL}/{font['id']}")[:2] == (200, font)

    jobs.fail(job.id, Failure(kind="user", reason="for a test"))
    assert call("DELETE", f"{URL}/{font['id']}")[0] == 204


def test_fonts_of_another_team_do_not_exist(call, upload):
    font = upload()[1]

    for method in ("GET", "DELETE"):
        assert call(method, f"{URL}/{font['id']}", token="theirs")[0] == 404
    assert call("GET", URL, token="theirs")[1] == []
    assert call("GET", f"{URL}/{font['id']}")[0] == 200


def test_without_a_key_nothing_is_taken(send):
    assert send(form(FONT), FORM, token="unknown")[0] == 401
