"""`submit` and `join`."""

import json

import pytest

from intarsia.cli.exits import InputError
from intarsia.cli.setting import with_setting

BODY = {
    "template": {"id": "T1", "composition": "main"},
    "assets": [
        {"type": "text", "layerName": "headline", "value": "old"},
        {"type": "job", "layerName": "Slot", "assets": [{"layerName": "a.b", "value": 1}]},
    ],
}
CREATED = {"id": "J1", "status": "pending", "outputUrl": "https://x/J1.mp4", "children": []}
TEMPLATES = [
    {"id": "A" * 26, "type": "aep", "displayName": "main", "status": "uploaded"},
    {"id": "B" * 26, "type": "aep", "displayName": "twice", "status": "uploaded"},
    {"id": "C" * 26, "type": "aep", "displayName": "twice", "status": "uploaded"},
]


def test_a_job_is_sent_as_it_stands_and_its_id_printed(server, run, write):
    server.on("POST", "jobs", (201, CREATED))
    result = run("submit", write("job.json", BODY))
    assert (result.exit_code, result.stdout) == (0, "J1\n")
    assert server.sent() == BODY
    assert "intarsia watch J1" in result.stderr


def test_json_is_the_servers_answer(server, run, write):
    server.on("POST", "jobs", (201, CREATED | {"warnings": ["odd"]}))
    result = run("submit", write("job.json", BODY), "--json")
    assert json.loads(result.stdout) == CREATED | {"warnings": ["odd"]}
    assert "odd" in result.stderr


def test_a_job_comes_from_stdin(server, run):
    server.on("POST", "jobs", (201, CREATED))
    assert run("submit", "-", input=json.dumps(BODY)).exit_code == 0
    assert server.sent() == BODY


def test_names_of_templates_become_ids(server, run, write):
    server.on("GET", "templates", (200, TEMPLATES))
    server.on("POST", "jobs", (201, CREATED))
    named = {"template": {"id": "${templates.main}"}, "data": "${secrets.X}"}
    run("submit", write("job.json", named))
    assert server.sent() == {"template": {"id": "A" * 26}, "data": "${secrets.X}"}


@pytest.mark.parametrize("name", ["twice", "nothing"])
def test_a_name_that_is_not_one_template_is_refused(server, run, write, name):
    server.on("GET", "templates", (200, TEMPLATES))
    result = run("submit", write("job.json", {"template": {"id": f"${{templates.{name}}}"}}))
    assert result.exit_code == 2
    assert name in result.stderr
    assert [request.method for request in server.requests] == ["GET"]


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "not valid JSON"), ("[]", "JSON object"), ('{"a": NaN}', "NaN"), (None, "No such file")],
)
def test_a_file_that_is_no_job_is_a_usage_error(server, run, write, content, words):
    path = write("job.json", content or "")
    if content is None:
        path.unlink()
    result = run("submit", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert str(path) in result.stderr
    assert server.requests == []


def test_a_refused_job_names_its_fields(server, run, write):
    details = [{"field": "assets[0].layerName", "message": "no such layer"}]
    server.on("POST", "jobs", (400, {"error": "1 problem", "details": details}))
    result = run("submit", write("job.json", BODY))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "assets[0].layerName: no such layer" in result.stderr


def test_watching_ends_with_how_the_job_ended(server, run, write, job):
    server.on("POST", "jobs", (201, CREATED))
    for status, code in (("finished", 0), ("error", 3), ("manually_cancelled", 4)):
        server.on("GET", "jobs/J1", (200, job(status="queued")), (200, job(status=status)))
        assert run("submit", write("job.json", BODY), "--watch").exit_code == code


@pytest.mark.parametrize(
    ("setting", "change"),
    [
        ("assets[0].value=Hello = you", lambda b: b["assets"][0].update(value="Hello = you")),
        ("assets[headline].value=Hi", lambda b: b["assets"][0].update(value="Hi")),
        ("assets[Slot].assets[a.b].value=[1, 2]",
         lambda b: b["assets"][1]["assets"][0].update(value=[1, 2])),
        ("settings.quality=draft", lambda b: b.update(settings={"quality": "draft"})),
        ("preview=true", lambda b: b.update(preview=True)),
        ('assets[0].value="12"', lambda b: b["assets"][0].update(value="12")),
        ("assets[0].value=12", lambda b: b["assets"][0].update(value=12)),
        ("assets[0].value=", lambda b: b["assets"][0].update(value="")),
    ],
)  # fmt: skip
def test_set_changes_one_value(setting, change):
    expected = json.loads(json.dumps(BODY))
    change(expected)
    before = json.dumps(BODY)
    assert with_setting(BODY, setting) == expected
    assert json.dumps(BODY) == before


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("nothing", "must be PATH=VALUE"),
        ("=x", "must be PATH=VALUE"),
        ("assets[2].value=x", "no index 2 in assets, which has 2 entries"),
        ("assets[nobody].value=x", "nobody"),
        ("assets.value=x", "not an object"),
        ("template[0]=x", "not an array"),
        ("template.id.deeper=x", "template.id is not an object"),
    ],
)
def test_set_names_what_does_not_exist(setting, words):
    with pytest.raises(InputError, match=words):
        with_setting(BODY, setting)


def test_set_reaches_the_server(server, run, write):
    server.on("POST", "jobs", (201, CREATED))
    run("submit", write("job.json", BODY), "--set", "assets[headline].value=new", "--set", "a.b=1")
    assert server.sent()["assets"][0]["value"] == "new"
    assert server.sent()["a"] == {"b": 1}


def test_clips_are_joined_in_their_order(server, run):
    server.on("POST", "jobs/join", (201, CREATED))
    assert run("join", "https://a/1.mp4", "https://a/2.mp4").stdout == "J1\n"
    assert server.sent() == {
        "assets": [
            {"type": "video", "src": "https://a/1.mp4"},
            {"type": "video", "src": "https://a/2.mp4"},
        ]
    }


def test_a_join_comes_from_a_file_and_is_watched(server, run, write, job):
    server.on("GET", "templates", (200, TEMPLATES))
    server.on("POST", "jobs/join", (201, CREATED))
    joined = job(kind="join", composition=None, templateId=None)
    server.on("GET", "jobs/J1", (200, joined))
    body = {"assets": [{"type": "job", "template": {"id": "${templates.main}"}}]}
    result = run("join", "--file", write("join.json", body), "--watch", "--json")
    assert server.requests[1].url.path == "/api/v2/jobs/join"
    assert server.sent(1)["assets"][0]["template"]["id"] == "A" * 26
    assert json.loads(result.stdout) == [joined]


@pytest.mark.parametrize("arguments", [[], ["https://a/1.mp4", "--file", "join.json"]])
def test_a_join_is_either_clips_or_a_file(server, run, arguments):
    assert run("join", *arguments).exit_code == 2
    assert server.requests == []
