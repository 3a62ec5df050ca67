"""A server that answers what a test tells it to."""

import json
from collections.abc import Callable

import httpx
import pytest

from intarsia.client import Backoff, Client, polling

URL = "https://renders.example.com/api/v2"
KEY = "itk_the-key-of-the-test"


class Server:
    """Answers by method and path; the last answer for a path is given for ever."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._answers: dict[tuple[str, str], list] = {}

    def on(self, method: str, path: str, *answers) -> None:
        """Answers are a status, a (status, body), an exception, or a function of the request."""
        self._answers[method, path] = list(answers)

    def handle(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        place = f"{request.url.host}{request.url.path}"
        path = request.url.path if request.url.host == "renders.example.com" else place
        answers = self._answers[request.method, path]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
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
def server():
    return Server()


@pytest.fixture
def client(server, monkeypatch):
    monkeypatch.setattr(polling, "sleep", lambda _: None)
    transport = httpx.MockTransport(server.handle)
    with Client(URL, KEY, transport=transport, backoff=Backoff(tries=3, first=0)) as client:
        yield client


@pytest.fixture
def job():
    """A job as the server shows it; other fields by keyword."""

    def make(job_id="J1", status="finished", **fields):
        return {"id": job_id, "status": status, "templateId": "T1", "progress": 0.0} | fields

    return make
