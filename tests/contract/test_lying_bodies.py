"""Bodies that lie: a 4xx that names the field, no stack trace, nothing stored."""

import json

import pytest

LONG = "x" * 3_000_000


@pytest.fixture
def unchanged(stack):
    """Nothing is stored by the test: no item, no object.

    Jobs of other tests may still be at work: they write logs, and parents their filled manifests,
    and leave their fleet's line.
    """

    def stored():
        items = {
            item["pk"]["S"]
            for page in stack.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=stack.table, ProjectionExpression="pk")
            for item in page["Items"]
            if not item["pk"]["S"].startswith(("ADMISSION#", "WAITING#"))
        }
        s3 = stack.client("s3")
        buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        objects = {
            entry["Key"]
            for bucket in buckets
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
            for entry in page.get("Contents", [])
            if not entry["Key"].endswith(("/log.txt", "/manifest.json"))
        }
        return items, objects

    before = stored()
    yield
    assert stored() == before


@pytest.fixture
def refused(http, unchanged):
    """Send raw text to an endpoint; returns the names of the fields that the refusal names."""

    def send(text, path="/api/v2/jobs"):
        content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        response = http.post(path, content=content, headers={"Content-Type": "application/json"})
        assert 400 <= response.status_code < 500, response.text
        body = response.json()
        assert body["error"]
        assert "Traceback" not in response.text
        assert ".py" not in response.text
        return [each["field"] for each in body.get("details", [])]

    return send


@pytest.fixture
def text_of(job):
    """The text of a good job, with one part replaced by something that JSON does not have."""

    def make(**change):
        return json.dumps(job() | change)

    return make


def test_a_number_that_is_none(refused, text_of):
    assert refused(text_of(priority="@").replace('"@"', "NaN")) == ["priority"]
    assert refused(text_of(priority="@").replace('"@"', "1e999")) == ["priority"]


def test_a_key_given_twice(refused, text_of):
    assert refused(text_of(priority=1)[:-1] + ', "priority": 2}') == ["priority"]


def test_a_lone_surrogate(refused, text_of):
    assert refused(text_of(tags=["@"]).replace("@", "\\ud800")) == ["tags[0]"]
    assert refused(text_of(tags=["@"]).replace("@", "\ud800")) in (["tags[0]"], [""])


def test_bytes_that_are_no_text(refused):
    # What reaches a function of it is the gateway's matter.
    assert refused(b'{"template": "\xff\xfe"}') in (["template"], [""])


@pytest.mark.parametrize("text", ["", "{", "[1,", "nul", "<job/>"])
def test_no_json_at_all(refused, text):
    assert refused(text) == [""]


def test_json_nested_without_end(refused):
    assert refused("[" * 100_000 + "]" * 100_000) == [""]
    deep = '{"a":' * 70 + "1" + "}" * 70
    assert refused(deep) == [""]


def test_nested_jobs_without_end(refused, job):
    body = job()
    for _ in range(12):
        child = {"type": "job", "layerName": "x"} | body
        body = {"template": body["template"], "assets": [child]}
    (field,) = refused(json.dumps(body))
    assert field.startswith("assets[0].assets[0]")


def test_thirty_megabytes(http, unchanged, text_of):
    text = text_of(more="x" * 30_000_000)
    response = http.post("/api/v2/jobs", content=text, headers={"Content-Type": "application/json"})
    assert response.status_code in {400, 413}
    assert "larger" in response.json()["error"] or "large" in response.text.lower()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"template": None}, "template"),
        ({"template": []}, "template"),
        ({"template": {"id": 5}}, "template.id"),
        ({"template": {"id": "../../etc/passwd"}}, "template.id"),
        ({"preview": "yes"}, "preview"),
        ({"preview": 1}, "preview"),
        ({"fonts": [None]}, "fonts[0]"),
        ({"assets": {}}, "assets"),
        ({"assets": [None]}, "assets[0]"),
        ({"assets": ["text"]}, "assets[0]"),
        ({"assets": [{"type": []}]}, "assets[0].type"),
        ({"assets": [{"type": "text", "layerName": {}, "value": ""}]}, "assets[0].layerName"),
        ({"assets": [{"type": "text", "layerName": "n", "value": LONG}]}, "assets[0].value"),
        ({"assets": [{"type": "data", "layerName": "n", "property": "p", "value": {"a": 1}}]},
         "assets[0].value"),
        ({"assets": [{"type": "image", "layerName": "n", "src": "javascript:alert(1)"}]},
         "assets[0].src"),
        ({"settings": {"frames": -1}}, "settings.frames"),
        ({"settings": {"frames": [5, 1]}}, "settings"),
        ({"settings": {"frames": [1, 2, 3]}}, "settings.frames"),
        ({"settings": {"frames": True}}, "settings.frames"),
        ({"settings": {"unknown": 1}}, "settings.unknown"),
        ({"upload": {"provider": "s3", "params": {"bucket": 1}}}, "upload.params.bucket"),
        ({"webhook": {"url": "https://a.example", "headers": {"X": "a\r\nY: b"}}},
         "webhook.headers"),
    ],
)  # fmt: skip
def test_wrong_types_and_path_like_names_are_named(refused, text_of, change, field):
    assert field in refused(text_of(**change))


def test_unknown_fields_are_let_through_where_the_contract_is_open(http, text_of):
    text = text_of(whatever={"deep": [1]}, uid="../victim")
    response = http.post("/api/v2/jobs", content=text, headers={"Content-Type": "application/json"})
    assert response.status_code == 201
    assert "victim" not in response.text


def test_line_separators_are_text(http, job):
    body = job()
    body["assets"][0]["value"] = "one\u2028two\u2029three"
    assert http.post("/api/v2/jobs", json=body).status_code == 201


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/v2/jobs/join", "assets"),
        ("/api/v2/jobs/cancel", "jobs"),
        ("/api/v2/batches", "jobs"),
        ("/api/v2/templates", "type"),
    ],
)
def test_every_body_is_an_object_with_what_it_needs(refused, path, field):
    assert field in refused("{}", path)
    assert refused("[]", path) == [""]
    assert refused("null", path) == [""]
    assert refused('{"a": NaN}', path) == ["a"]
