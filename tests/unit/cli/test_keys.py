"""`keys`: of a stack on AWS, here on moto, and of the stack that runs here."""

import json
from pathlib import Path

import boto3
import pytest

from intarsia.cli import account
from intarsia.cli import keys as command
from intarsia.local.claim import Claim, Holder
from intarsia.storage.keys import KeyRepository

TABLE = ["--table", "table"]


@pytest.fixture
def repository(aws):
    return KeyRepository(boto3.client("dynamodb"), "table")


def test_a_key_is_printed_once_and_lets_its_team_in(repository, run):
    result = run("keys", "create", *TABLE, "--team", "studio")
    assert result.exit_code == 0, result.output
    assert repository.team_of(result.stdout.strip()) == "studio"

    made = json.loads(run("keys", "create", *TABLE, "--team", "a", "--name", "b", "--json").stdout)
    assert repository.team_of(made["key"]) == "a"
    assert (made["team"], made["name"]) == ("a", "b")


def test_keys_are_listed_without_themselves(repository, run):
    token = run("keys", "create", *TABLE, "--team", "studio", "--name", "laptop").stdout.strip()
    text = run("keys", "list", *TABLE).stdout
    rows = json.loads(run("keys", "list", *TABLE, "--json").stdout)
    assert [(row["team"], row["name"]) for row in rows] == [("studio", "laptop")]
    assert rows[0]["id"] in text
    assert "laptop" in text
    assert token not in text + json.dumps(rows)
    assert token.removeprefix("itk_")[:8] not in text + json.dumps(rows)


def test_a_revoked_key_lets_nobody_in(repository, run):
    gone, stays = (
        run("keys", "create", *TABLE, "--team", "studio", "--name", name).stdout.strip()
        for name in ("gone", "stays")
    )
    ids = {record.name: record.id for record in repository.all()}
    assert f"revoked {ids['gone']}" in run("keys", "revoke", ids["gone"], *TABLE).stdout
    assert repository.team_of(gone) is None
    assert repository.team_of(stays) == "studio"
    assert [record.name for record in repository.all()] == ["stays"]
    done = json.loads(run("keys", "revoke", ids["stays"].upper(), *TABLE, "--json").stdout)
    assert (done["id"], done["revoked"]) == (ids["stays"], True)


@pytest.mark.parametrize("key_id", ["", "a", "0" * 12])
def test_an_id_that_is_not_one_key_revokes_none(repository, run, key_id):
    repository.add("itk_x", "studio", "x")
    assert run("keys", "revoke", key_id, *TABLE).exit_code == 1
    assert repository.team_of("itk_x") == "studio"


def test_only_keys_are_listed(repository):
    job = {"pk": {"S": "JOB#J1"}, "sk": {"S": "META"}}
    boto3.client("dynamodb").put_item(TableName="table", Item=job)
    repository.add("itk_x", "studio", "x")
    assert [record.name for record in repository.all()] == ["x"]


def test_a_stack_on_aws_needs_a_team(repository, run):
    assert run("keys", "create", *TABLE).exit_code == 2
    assert list(repository.all()) == []


@pytest.mark.parametrize("command", [("create", "--team", "studio"), ("list",), ("revoke", "ID")])
def test_a_table_without_a_name_is_not_the_stack_that_runs_here(run, command):
    result = run("keys", *command, "--table", "")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: --table is empty: pass")


def test_what_aws_refuses_is_one_line(repository, run):
    result = run("keys", "list", "--table", "another")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: AWS: ")
    assert "ResourceNotFoundException" in line


def test_the_region_is_the_one_that_other_tools_go_by(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert account.client("dynamodb").meta.region_name == "eu-west-1"
    monkeypatch.delenv("AWS_REGION")
    assert account.client("dynamodb").meta.region_name == "us-east-1"


def test_keys_of_the_stack_that_runs_here(repository, run, tmp_path, monkeypatch):
    asked = []

    def clients(state, endpoint):
        asked.append((state, endpoint))
        return boto3.client

    class Deployed:
        outputs = {"TableName": "table"}  # noqa: RUF012 - a stand-in for one test

    monkeypatch.setattr(command.Clients, "of", clients)
    monkeypatch.setattr(command, "deployment", lambda _: Deployed)
    assert run("keys", "list").exit_code == 2, "nothing runs"
    with Claim(tmp_path / ".intarsia") as claim:
        claim.say(Holder(1, "http://127.0.0.1:8090", "http://127.0.0.1:4566"))
        token = run("keys", "create", "--name", "mine").stdout.strip()
    assert asked == [(Path(".intarsia"), "http://127.0.0.1:4566")]
    assert repository.team_of(token) == "local"
