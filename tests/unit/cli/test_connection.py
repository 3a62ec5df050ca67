"""Which server a command talks to, and that a key only goes where it belongs."""

import json
import os

import pytest

from intarsia.cli.connection import Connection, connection
from intarsia.cli.exits import InputError
from intarsia.local.claim import Claim, Holder

ELSEWHERE = {"NEXRENDER_API_URL": "https://n.example.com/api/v2", "NEXRENDER_API_KEY": "nkey"}
OURS = {"INTARSIA_URL": "https://i.example.com", "INTARSIA_API_KEY": "ikey"}
LOCAL = "http://127.0.0.1:8090"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state"


@pytest.fixture
def running(folder):
    with Claim(folder) as claim:
        claim.say(Holder(os.getpid(), LOCAL, "http://127.0.0.1:4566"))
        (folder / "key").write_text("lkey\n")
        yield


def test_options_come_first(folder, running):
    found = connection("https://o.example.com", "okey", folder, OURS | ELSEWHERE)
    assert found == Connection("https://o.example.com", "okey")


def test_our_variables_come_before_those_of_other_clients(folder, running):
    assert connection(None, None, folder, OURS | ELSEWHERE) == Connection(*OURS.values())
    assert connection(None, None, folder, ELSEWHERE) == Connection(*ELSEWHERE.values())
    assert connection(None, "okey", folder, ELSEWHERE).key == "okey"


def test_the_stack_that_runs_here_comes_last(folder, running):
    assert connection(None, None, folder, {}) == Connection(LOCAL + "/api/v2", "lkey")


def test_a_key_is_not_sent_to_a_server_it_was_not_given_for(folder, running):
    keys = {"NEXRENDER_API_KEY": "nkey", "INTARSIA_API_KEY": "ikey"}
    assert connection(None, None, folder, keys).key == "lkey"
    with pytest.raises(InputError, match="no API key"):
        connection(None, None, folder, {"INTARSIA_URL": "https://i", "NEXRENDER_API_KEY": "nkey"})
    with pytest.raises(InputError, match="no API key"):
        connection("https://o.example.com", None, folder, ELSEWHERE)


def test_the_url_of_the_stack_that_runs_here_needs_no_key(folder, running):
    assert connection(LOCAL + "/api/v2", None, folder, {}).key == "lkey"
    assert connection(LOCAL, None, folder, {}).key == "lkey"


def test_without_any_server_the_error_says_what_to_do(folder):
    with pytest.raises(InputError, match="intarsia up") as refused:
        connection(None, None, folder, {})
    assert "INTARSIA_URL" in str(refused.value)


def test_a_stack_that_still_starts_is_named(folder):
    with Claim(folder), pytest.raises(InputError, match="still starting"):
        connection(None, None, folder, {})


@pytest.mark.parametrize(
    ("url", "poll"),
    [
        (LOCAL, 0.4),
        ("http://localhost/api/v2", 0.4),
        ("http://[::1]:8090", 0.4),
        ("https://a.example.com/api/v2", 2.0),
    ],
)
def test_a_server_elsewhere_is_asked_every_two_seconds(url, poll):
    assert Connection(url, "k").poll == poll


def test_a_refused_key_is_an_error_and_never_shown(server, run):
    server.on("GET", "jobs", (401, {"error": "the API key is unknown"}))
    result = run("jobs", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "the API key is unknown" in result.stderr


def test_options_reach_the_server(server, run):
    server.on("GET", "/api/v2/jobs", (200, []))
    result = run("jobs", "--url", "https://renders.example.com/api/v2", "--key", "other", "--json")
    assert json.loads(result.stdout) == []
    assert server.requests[0].headers["Authorization"] == "Bearer other"
