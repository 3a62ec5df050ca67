import json
import re

import boto3
import pytest

from intarsia import names

VALUE = "hunter2-hunter2"


@pytest.fixture(autouse=True)
def prefix(monkeypatch):
    monkeypatch.setenv(names.ENV_SECRETS_PREFIX, "studio")


@pytest.fixture
def values(environment):
    """Every value in Secrets Manager, by the name that it is kept under."""
    vault = boto3.client("secretsmanager")

    def read():
        kept = [secret["Name"] for secret in vault.list_secrets()["SecretList"]]
        return {name: vault.get_secret_value(SecretId=name)["SecretString"] for name in kept}

    return read


def put(call, name="FAL_KEY", value=VALUE, **how):
    return call("PUT", "/api/v2/secrets", {"name": name, "value": value}, **how)


def test_a_secret_is_kept_and_shown_without_its_value(call, values):
    status, body, headers = put(call)

    assert status == 201
    assert "json" in headers["content-type"]
    assert set(body) == {"id", "name", "createdAt"}
    assert body["name"] == "FAL_KEY"
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", body["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", body["createdAt"])
    assert call("GET", "/api/v2/secrets")[:2] == (200, [body])
    assert values() == {f"studio/team/{body['id']}": VALUE}


def test_a_second_secret_of_a_name_is_refused_in_the_contracts_words(call, values):
    put(call)

    status, body, _ = put(call, value="another")

    assert status == 409
    assert body == {"error": "A secret with this name already exists in your team"}
    assert list(values().values()) == [VALUE]


def test_what_cannot_be_is_refused_by_field_without_quoting_the_value(call, values):
    for body, fields in (
        ({}, {"name", "value"}),
        ({"name": "", "value": VALUE}, {"name"}),
        ({"name": "no spaces", "value": VALUE}, {"name"}),
        ({"name": "line\n", "value": VALUE}, {"name"}),
        ({"name": "../../other/A", "value": VALUE}, {"name"}),
        ({"name": "x" * 129, "value": VALUE}, {"name"}),
        ({"name": 7, "value": VALUE}, {"name"}),
        ({"name": "A", "value": ""}, {"value"}),
        ({"name": "A", "value": [VALUE]}, {"value"}),
        ({"name": "A", "value": None}, {"value"}),
        ({"name": "A", "value": VALUE * 5000}, {"value"}),
        ([VALUE], {""}),
    ):
        status, answer, _ = call("PUT", "/api/v2/secrets", body)

        assert status == 400
        assert {detail["field"] for detail in answer["details"]} == fields
        assert VALUE not in json.dumps(answer)
    assert values() == {}


def test_a_value_has_64_kib_of_utf8_at_most(call, values):
    assert put(call, "FITS", "ä" * 32768)[0] == 201
    assert put(call, "OVER", "ä" * 32768 + "a")[0] == 400
    assert len(values()) == 1


def test_a_deleted_name_is_free_at_once(call, values):
    secret = put(call)[1]

    status, body, headers = call("DELETE", f"/api/v2/secrets/{secret['id']}")

    assert (status, body["id"]) == (200, secret["id"])
    assert "json" in headers["content-type"]
    assert values() == {}
    assert call("GET", "/api/v2/secrets")[1] == []
    assert call("DELETE", f"/api/v2/secrets/{secret['id']}")[0] == 404
    assert put(call, value="new")[0] == 201
    assert list(values().values()) == ["new"]


def test_secrets_of_another_team_do_not_exist(call, values):
    secret = put(call)[1]

    assert call("GET", "/api/v2/secrets", token="theirs")[1] == []
    assert call("DELETE", f"/api/v2/secrets/{secret['id']}", token="theirs")[0] == 404
    assert put(call, token="theirs")[0] == 201
    assert len(values()) == 2


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_without_a_key_there_is_nothing(call, method):
    assert call(method, "/api/v2/secrets", {"name": "A", "value": VALUE}, token=None)[0] == 401


def test_no_log_line_has_a_value(call, values, capsys, caplog, monkeypatch):
    caplog.set_level("INFO")
    secret = put(call)[1]
    put(call)
    put(call, name="no spaces")
    call("DELETE", f"/api/v2/secrets/{secret['id']}")
    with monkeypatch.context() as broken:
        # The table fails once the value has been written.
        broken.setattr("lambdas.api.auth._team", lambda _: "team")
        broken.setattr("intarsia.storage.secrets.SecretRecords.find", lambda *_: None)
        broken.setenv(names.ENV_TABLE, "no-such-table")
        status, body, _ = put(call, name="LATE")

    assert (status, body["error"][:14]) == (500, "internal error")
    assert list(values().values()) == [VALUE]
    printed = capsys.readouterr()
    logged = printed.out + printed.err + caplog.text
    assert "unexpected" in logged
    assert VALUE not in logged
