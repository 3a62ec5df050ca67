"""A load of various jobs: some fail, some are cancelled, some lose their worker."""

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import psutil

from examples.demo.jobs import load_job
from examples.templates.build import build_all
from intarsia.client import Client
from intarsia.client.models import Phase

PAUSE = 9.0  # seconds between two submissions
WORKER = "render_container.worker.main"
DRAIN = 90.0  # seconds for the jobs that are still under way at the end

ENDED = {Phase.FINISHED, Phase.ERROR, Phase.CANCELLED}


class Load:
    """A submitter of jobs, with a receiver of their webhooks."""

    def __init__(self, client: Client, folder: Path) -> None:
        """Build the templates in `folder` and upload them."""
        self._client = client
        self._receiver = _Receiver()
        self._templates = {
            built.name: client.templates.add(built.path, built.display_name).id
            for built in build_all(folder)
        }
        self._submitted: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._receiver.close()

    def run(self, seconds: float) -> None:
        """Submit jobs for `seconds`, then wait at most DRAIN seconds for them to end."""
        end = time.monotonic() + seconds
        number = 0
        while time.monotonic() < end:
            self._next(number)
            number += 1
            time.sleep(PAUSE)
        self._drain()

    def _next(self, number: int) -> None:
        if number % 8 == 3:
            self._submit(self._failing())
        elif number % 10 == 6:
            cancelled = self._submit(self._single())
            self._client.jobs.cancel(cancelled, force=True)
        elif number % 6 == 1:
            self._submit(load_job("nested-basic", self._templates) | self._webhook())
        else:
            self._submit(self._single() | self._webhook())
        if number % 12 == 5:
            _lose_a_worker()

    def _submit(self, body: dict[str, Any]) -> str:
        job_id = self._client.jobs.submit(body).id
        self._submitted.append(job_id)
        return job_id

    def _single(self) -> dict[str, Any]:
        assets = [{"type": "text", "layerName": "name", "value": "Jane Smith"}]
        template = {"id": self._templates["lower-third"], "composition": "lower-third"}
        return {"template": template, "assets": assets}

    def _failing(self) -> dict[str, Any]:
        """Return a job that fails as a user error, because its image does not exist."""
        source = self._receiver.url("/nothing.png")
        asset = {"type": "image", "layerName": "PrecompLayer", "src": source}
        template = {"id": self._templates["main"], "composition": "main"}
        return {"template": template, "assets": [asset]}

    def _webhook(self) -> dict[str, Any]:
        return {"webhook": {"url": self._receiver.url("/hook"), "method": "POST"}}

    def _drain(self) -> None:
        deadline = time.monotonic() + DRAIN
        waiting = set(self._submitted)
        while waiting and time.monotonic() < deadline:
            waiting = {each for each in waiting if self._client.jobs.get(each).phase not in ENDED}
            time.sleep(1)


class _Receiver:
    """A local receiver of webhooks, which rejects every fifth so that it is sent again."""

    def __init__(self) -> None:
        asked = 0

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                nonlocal asked
                asked += 1
                self.rfile.read(int(self.headers["Content-Length"]))
                self._answer(503 if asked % 5 == 0 else 204)

            def do_GET(self) -> None:
                self._answer(404)

            def _answer(self, status: int) -> None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _lose_a_worker() -> None:
    """Kill one of the workers below this process, to simulate the loss of its machine."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if any(WORKER in word for word in process.cmdline()):
                process.kill()
                return
