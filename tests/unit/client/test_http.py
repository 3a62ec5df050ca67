"""Addresses, the key, what is sent again and what never is."""

import httpx
import pytest

from intarsia.client import (
    ApiError,
    AuthenticationError,
    Client,
    ClientError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    ServerError,
    TooLargeError,
    UncertainError,
    UnexpectedAnswerError,
    UnreachableError,
)

KEY = "itk_the-key-of-the-test"
JOB = "/api/v2/jobs/J1"


@pytest.mark.parametrize(
    ("given", "v2", "v3"),
    [
        ("https://a.example.com", "https://a.example.com/api/v2", "https://a.example.com/api/v3"),
        ("https://a.example.com/", "https://a.example.com/api/v2", "https://a.example.com/api/v3"),
        ("https://a.example.com/api/v2/", "https://a.example.com/api/v2",
         "https://a.example.com/api/v3"),
        ("http://h:8090/x/api/v2", "http://h:8090/x/api/v2", "http://h:8090/x/api/v3"),
    ],
)  # fmt: skip
def test_the_other_version_is_beside_the_one_configured(given, v2, v3):
    asked = []

    def handle(request):
        asked.append(str(request.url.copy_with(query=None)))
        return httpx.Response(200, json=[])

    with Client(given, KEY, transport=httpx.MockTransport(handle)) as client:
        list(client.jobs.list())
        list(client.templates.layers("T"))

    assert asked == [f"{v2}/jobs", f"{v3}/templates/T/layers"]


@pytest.mark.parametrize(
    "url",
    ["", "renders.example.com", "ftp://a/api/v2", "https://user:pw@a/api/v2", "https://a:port"],
)
def test_what_is_no_url_of_an_api_is_refused(url):
    with pytest.raises(ClientError):
        Client(url, KEY)


@pytest.mark.parametrize("key", ["", "  ", "itk_a b", "itk_a\nX-Evil: 1", "itk_é"])
def test_a_key_that_no_header_can_carry_is_refused_and_not_shown(key):
    with pytest.raises(ClientError) as refused:
        Client("https://a.example.com", key)
    assert not key.strip() or key not in str(refused.value)


def test_the_key_goes_along_and_is_never_shown(server, client):
    server.on("GET", JOB, (401, {"error": "no"}))
    with pytest.raises(AuthenticationError) as refused:
        client.jobs.get("J1")
    assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(client) + repr(refused.value) + str(refused.value)


@pytest.mark.parametrize(
    "failure", [500, 502, 503, 429, httpx.ConnectError("refused"), httpx.ReadTimeout("slow")]
)
def test_a_get_is_sent_again(server, client, job, failure):
    server.on("GET", JOB, failure, failure, (200, job()))
    assert client.jobs.get("J1").id == "J1"
    assert len(server.requests) == 3


def test_a_get_is_not_sent_for_ever(server, client):
    server.on("GET", JOB, (503, {"error": "down"}))
    with pytest.raises(ServerError, match="down"):
        client.jobs.get("J1")
    server.on("GET", JOB, httpx.ReadError("broken"))
    with pytest.raises(UnreachableError, match="broken"):
        client.jobs.get("J1")
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("method", "expected"), [("get", UnreachableError), ("cancel", UncertainError)]
)
def test_a_response_that_cannot_be_decoded_is_a_client_error(server, client, method, expected):
    failure = httpx.DecodingError("not gzip")
    server.on("GET", JOB, failure)
    server.on("PATCH", f"{JOB}/cancel", failure)

    with pytest.raises(expected, match="not gzip"):
        getattr(client.jobs, method)("J1")


CHANGES = [
    ("POST", "/api/v2/jobs", lambda c: c.jobs.submit({})),
    ("POST", "/api/v2/jobs/join", lambda c: c.jobs.join({})),
    ("PATCH", "/api/v2/jobs/J1/cancel", lambda c: c.jobs.cancel("J1")),
    ("POST", "/api/v2/jobs/cancel", lambda c: c.jobs.cancel_many(["J1"])),
    ("POST", "/api/v2/batches", lambda c: c.batches.create([{}])),
    ("POST", "/api/v2/batches/B1/cancel", lambda c: c.batches.cancel("B1")),
    ("DELETE", "/api/v2/templates/T1", lambda c: c.templates.delete("T1")),
    ("DELETE", "/api/v2/fonts/F1", lambda c: c.fonts.delete("F1")),
    ("PUT", "/api/v2/secrets", lambda c: c.secrets.set("A", "b")),
]


@pytest.mark.parametrize("change", CHANGES, ids=[f"{each[0]} {each[1]}" for each in CHANGES])
@pytest.mark.parametrize("failure", [httpx.ReadTimeout("slow"), httpx.ReadError("x")])
def test_what_may_have_been_done_is_never_sent_again(server, client, change, failure):
    method, path, act = change
    server.on(method, path, failure)
    with pytest.raises(UncertainError, match="may or may not"):
        act(client)
    assert len(server.requests) == 1


@pytest.mark.parametrize("change", CHANGES, ids=[f"{each[0]} {each[1]}" for each in CHANGES])
def test_a_servers_failure_does_not_send_a_change_again_either(server, client, change):
    method, path, act = change
    server.on(method, path, (500, {"error": "x"}))
    with pytest.raises(ServerError):
        act(client)
    assert len(server.requests) == 1


@pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), (429, {"message": "slow"})])
def test_what_certainly_was_not_done_is_sent_again(server, client, failure):
    server.on("POST", "/api/v2/jobs", failure, (201, {"id": "J1", "status": "queued"}))
    assert client.jobs.submit({"template": {}}).id == "J1"
    assert server.sent() == {"template": {}}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, InvalidRequestError), (422, InvalidRequestError), (401, AuthenticationError),
        (403, AuthenticationError), (404, NotFoundError), (410, NotFoundError),
        (409, ConflictError), (413, TooLargeError), (500, ServerError), (418, ApiError),
        (302, ApiError),
    ],
)  # fmt: skip
def test_a_status_has_its_error(server, client, status, error):
    server.on("POST", "/api/v2/jobs", (status, {"error": "because"}))
    with pytest.raises(error, match="because") as raised:
        client.jobs.submit({})
    assert type(raised.value) is error
    assert raised.value.status == status


def test_an_error_names_fields_and_the_request(server, client):
    body = {
        "error": "2 problems",
        "details": [{"field": "a[0].b", "message": "is wrong"}, {"field": "", "message": "no"}],
    }
    answer = httpx.Response(400, json=body, headers={"X-Request-Id": "R1"})
    server.on("POST", "/api/v2/jobs", answer)
    with pytest.raises(InvalidRequestError) as raised:
        client.jobs.submit({})
    error = raised.value
    assert (error.message, error.request_id) == ("2 problems", "R1")
    assert [(each.field, each.message) for each in error.details] == [
        ("a[0].b", "is wrong"),
        ("", "no"),
    ]
    assert "a[0].b: is wrong" in str(error)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, text="<html>nothing here</html>"),
        httpx.Response(404, json=["x"]),
        httpx.Response(404, json={"error": 7, "details": "x"}),
        httpx.Response(404),
    ],
)
def test_an_error_of_any_shape_is_understood(server, client, answer):
    server.on("GET", JOB, answer)
    with pytest.raises(NotFoundError, match="404"):
        client.jobs.get("J1")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>a login page</html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"status": "finished"}),
    ],
)
def test_an_answer_that_is_no_job_is_named(server, client, answer):
    server.on("GET", JOB, answer)
    with pytest.raises(UnexpectedAnswerError):
        client.jobs.get("J1")


def test_an_id_stays_one_part_of_the_path(server, client):
    server.on("GET", "/api/v2/jobs/../templates?x=1", (404, {"error": "none"}))
    with pytest.raises(NotFoundError):
        client.jobs.get("../templates?x=1")
    assert server.requests[0].url.raw_path == b"/api/v2/jobs/..%2Ftemplates%3Fx%3D1"
