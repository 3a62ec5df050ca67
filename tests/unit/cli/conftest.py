"""The command against a server that answers what a test tells it to."""

import functools
import json
from collections.abc import Callable

import httpx
import pytest
from typer.testing import CliRunner

from intarsia.cli import connection
from intarsia.cli.commands import app
from intarsia.client import Backoff, Client, polling

URL = "https://renders.example.com"
KEY = "itk_the-key-of-the-test"
JOB_FIELDS = {"templateId": "T1", "composition": "main", "progress": 0.0, "children": []}


class Server:
    """Answers by method and path; the last answer for a path is given for ever."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._answers: dict[tuple[str, str], list] = {}

    def on(self, method: str, path: str, *answers) -> None:
        """Answers are a status, (status, body), a response, or a function of the request.

        Paths of other hosts begin with the host.
        """
        if not path.startswith(("/", "store.")):
            path = f"/api/v2/{path}"
        self._answers[method, path] = list(answers)

    def handle(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        ours = str(request.url).startswith(URL)
        path = request.url.path if ours else f"{request.url.host}{request.url.path}"
        answers = self._answers[request.method, path]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Callable):
            answer = answer(request)
        if isinstance(answer, httpx.Response):
            return answer
        status, body = answer if isinstance(answer, tuple) else (answer, None)
        return httpx.Response(status) if body is None else httpx.Response(status, json=body)

    def sent(self, number: int = -1):
        """The JSON of a request."""
        return json.loads(self.requests[number].content)


@pytest.fixture
def server(monkeypatch):
    server = Server()
    transport = httpx.MockTransport(server.handle)
    client = functools.partial(Client, transport=transport, backoff=Backoff(tries=2, first=0))
    monkeypatch.setattr(connection, "Client", client)
    monkeypatch.setattr(polling, "sleep", lambda _: None)
    return server


@pytest.fixture
def run(monkeypatch, tmp_path):
    """`run("jobs", "--json")`: the result of the command, with stdout and stderr apart."""
    monkeypatch.chdir(tmp_path)
    for name in ("INTARSIA_URL", "INTARSIA_API_KEY", "NEXRENDER_API_URL", "NEXRENDER_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INTARSIA_URL", URL)
    monkeypatch.setenv("INTARSIA_API_KEY", KEY)

    def run(*arguments, **options):
        result = CliRunner().invoke(app, [str(each) for each in arguments], **options)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert KEY not in result.output
        return result

    return run


@pytest.fixture
def job():
    """A job as the server shows it; other fields by keyword."""

    def make(job_id="J1", status="finished", **fields):
        output = f"{URL}/api/v2/outputs/{job_id}/x/{job_id}.mp4"
        made = JOB_FIELDS | {"id": job_id, "status": status, "outputUrl": output}
        return made | {"stats": {"createdAt": "2026-05-14T12:00:00.000Z"}} | fields

    return make


@pytest.fixture
def write(tmp_path):
    """Write a file, JSON unless it is text, and return its path."""

    def write(name, content):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    return write
