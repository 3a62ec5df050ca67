"""`templates`, `fonts`, `secrets`."""

import json

import httpx
import pytest

TEMPLATE = {"id": "A" * 26, "type": "aep", "displayName": "main", "status": "uploaded",
            "createdAt": "2026-05-14T12:00:00.000Z", "compositions": ["main"],
            "warnings": ["an effect is left out"]}  # fmt: skip
UPLOAD = {"url": "https://store.example.com/up?sig=1", "method": "PUT", "expiresIn": 3600}
COMP = {"aeid": "7", "name": "main", "width": 1280, "height": 720, "duration": 5.0,
        "frame_rate": 25.0, "data": {}}  # fmt: skip
LAYER = {"aeid": 8, "composition_id": 7, "name": "headline", "width": 100, "height": 20,
         "in_point": 0.0, "out_point": 5.0, "layer_type": "text", "source_type": None}  # fmt: skip
FONT = {"id": "F1", "familyName": "Wood", "fileName": "wood.ttf", "createdAt": None}
SECRET = {"id": "S1", "name": "FAL_KEY", "createdAt": "2026-05-14T12:00:00.000Z"}
PATH = f"templates/{'A' * 26}"


def test_templates_are_added_and_the_store_never_sees_the_key(server, run, write):
    server.on("POST", "templates", (201, TEMPLATE | {"uploadInfo": UPLOAD}))
    server.on("PUT", "store.example.com/up", 200)
    server.on("GET", PATH, (200, TEMPLATE | {"status": "processing"}), (200, TEMPLATE))
    files = write("main.aep", "RIFX"), write("other.zip", "PK")
    result = run("templates", "add", *files)
    assert result.stdout.splitlines() == [f"{'A' * 26}  main  (compositions: main)"] * 2
    assert "an effect is left out" in result.stderr
    stored = [request for request in server.requests if request.url.host == "store.example.com"]
    assert [request.content for request in stored] == [b"RIFX", b"PK"]
    assert not any("Authorization" in request.headers for request in stored)
    sent = [json.loads(request.content) for request in server.requests if request.method == "POST"]
    assert sent == [
        {"type": "aep", "displayName": "main"},
        {"type": "zip", "displayName": "other"},
    ]


def test_an_added_template_may_have_another_name_and_be_json(server, run, write):
    server.on("POST", "templates", (201, TEMPLATE | {"uploadInfo": UPLOAD}))
    server.on("PUT", "store.example.com/up", 200)
    server.on("GET", PATH, (200, TEMPLATE))
    file = write("main.aep", "RIFX")
    result = run("templates", "add", file, "--name", "Mine", "--json")
    assert json.loads(result.stdout) == [TEMPLATE]
    assert server.sent(0)["displayName"] == "Mine"
    assert run("templates", "add", file, file, "--name", "Mine").exit_code == 2
    assert run("templates", "add", "missing.aep").exit_code == 2


def test_a_template_that_cannot_be_read_says_why(server, run, write):
    server.on("POST", "templates", (201, TEMPLATE | {"uploadInfo": UPLOAD}))
    server.on("PUT", "store.example.com/up", 200)
    server.on("GET", PATH, (200, TEMPLATE | {"status": "error", "error": "no project in it"}))
    result = run("templates", "add", write("main.aep", "?"))
    assert result.exit_code == 1
    assert "no project in it" in result.stderr


def test_templates_are_listed(server, run):
    server.on("GET", "templates", (200, [TEMPLATE]))
    assert "main" in run("templates", "list").stdout.splitlines()[1]
    assert json.loads(run("templates", "list", "--json").stdout) == [TEMPLATE]


@pytest.mark.parametrize("given", ["A" * 26, "main"])
def test_a_template_is_shown_with_its_layers(server, run, given):
    server.on("GET", "templates", (200, [TEMPLATE]))
    server.on("GET", PATH, (200, TEMPLATE))
    for what, row in (("compositions", COMP), ("layers", LAYER)):
        server.on("GET", f"/api/v3/{PATH}/{what}", (200, [row]))
    text = run("templates", "show", given).stdout
    assert "main  1280 × 720, 5 s at 25 fps" in text
    assert "headline  text  0.00 s  5.00 s  100 × 20" in text
    shown = json.loads(run("templates", "show", given, "--json").stdout)
    assert shown == TEMPLATE | {"compositions": [COMP], "layers": [LAYER]}


def test_a_template_is_renamed(server, run):
    server.on("GET", "templates", (200, [TEMPLATE]))
    server.on("GET", PATH, (200, TEMPLATE))
    server.on("PATCH", PATH, (200, TEMPLATE | {"displayName": "new"}))
    assert run("templates", "rename", "main", "new").stdout == f"{'A' * 26}  new\n"
    assert server.sent() == {"displayName": "new"}
    assert json.loads(run("templates", "rename", "main", "new", "--json").stdout)["id"] == "A" * 26


def test_a_template_is_deleted(server, run):
    server.on("GET", PATH, (200, TEMPLATE))
    server.on("DELETE", PATH, 204)
    assert "deleted" in run("templates", "delete", "A" * 26).stdout
    assert json.loads(run("templates", "delete", "A" * 26, "--json").stdout)["deleted"] is True
    server.on("DELETE", PATH, (409, {"error": "in use by active jobs"}))
    result = run("templates", "delete", "A" * 26)
    assert (result.exit_code, result.stdout) == (1, "")


def test_a_template_is_downloaded_under_a_harmless_name(server, run, tmp_path):
    named = TEMPLATE | {"displayName": "../../My Spot: 1"}
    server.on("GET", PATH, (200, named))
    server.on("GET", f"{PATH}/download", (200, {"url": "https://store.example.com/down?sig=1"}))
    server.on("GET", "store.example.com/down", httpx.Response(200, content=b"RIFX"))
    assert run("templates", "download", "A" * 26).stdout == "My-Spot-1.aep\n"
    assert (tmp_path / "My-Spot-1.aep").read_bytes() == b"RIFX"
    assert "Authorization" not in server.requests[-1].headers
    result = run("templates", "download", "A" * 26, "-o", "x.aep", "--json")
    assert json.loads(result.stdout)["file"] == "x.aep"


def test_fonts(server, run, write):
    server.on("POST", "fonts", (201, FONT))
    server.on("GET", "fonts", (200, [FONT]))
    server.on("DELETE", "fonts/F1", 204)
    file = write("wood.ttf", "font")
    assert run("fonts", "add", file, "--family", "Wood").stdout == "F1  Wood  (wood.ttf)\n"
    assert b"Wood" in server.requests[-1].content
    assert json.loads(run("fonts", "add", file, "--json").stdout) == [FONT]
    assert "wood.ttf" in run("fonts", "list").stdout
    assert json.loads(run("fonts", "list", "--json").stdout) == [FONT]
    assert run("fonts", "delete", "F1").stdout == "deleted F1\n"
    assert json.loads(run("fonts", "delete", "F1", "--json").stdout) == {
        "id": "F1", "deleted": True,
    }  # fmt: skip
    assert run("fonts", "add", "missing.ttf").exit_code == 2


@pytest.mark.parametrize("answer", [(201, SECRET), 201])
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_secrets_value_comes_from_stdin_and_is_not_shown(server, run, answer, options):
    server.on("PUT", "secrets", answer)
    result = run("secrets", "set", "FAL_KEY", *options, input="the value \n")
    assert result.exit_code == 0
    assert server.sent() == {"name": "FAL_KEY", "value": "the value "}
    assert "the value" not in result.output
    assert "FAL_KEY" in result.stdout


def test_a_secrets_value_is_no_argument(server, run):
    result = run("secrets", "set", "FAL_KEY", "the-value", input="x")
    assert result.exit_code == 2
    assert run("secrets", "set", "FAL_KEY", "--value", "v", input="x").exit_code == 2
    assert run("secrets", "set", "FAL_KEY", input="").exit_code == 2
    assert server.requests == []


def test_a_value_is_asked_for_without_an_echo(server, run, monkeypatch):
    server.on("PUT", "secrets", 201)
    monkeypatch.setattr("typer.testing._NamedTextIOWrapper.isatty", lambda _: True)
    result = run("secrets", "set", "FAL_KEY", input="the value\n")
    assert server.sent()["value"] == "the value"
    assert "the value" not in result.output
    assert "value" in result.stderr


def test_a_taken_name_is_refused(server, run):
    error = "A secret with this name already exists in your team"
    server.on("PUT", "secrets", (409, {"error": error}))
    result = run("secrets", "set", "FAL_KEY", input="hidden")
    assert result.exit_code == 1
    assert error in result.stderr
    assert "hidden" not in result.output


def test_secrets_are_listed_and_deleted_by_name(server, run):
    server.on("GET", "secrets", (200, [SECRET]))
    server.on("DELETE", "secrets/S1", 200)
    assert "FAL_KEY" in run("secrets", "list").stdout
    assert json.loads(run("secrets", "list", "--json").stdout) == [SECRET]
    assert run("secrets", "delete", "FAL_KEY").stdout == "deleted FAL_KEY\n"
    assert json.loads(run("secrets", "delete", "S1", "--json").stdout)["deleted"] is True
    assert run("secrets", "delete", "OTHER").exit_code == 2
