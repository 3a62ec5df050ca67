"""A fake of a client's own S3 service on this machine."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

KEY, SECRET = "AKIDCLIENT", "client-secret-key"


@dataclass
class FakeS3:
    """A fake S3 service that stores objects and multipart uploads.

    It answers each request with the next of `errors` (status and code) while there are any.
    """

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    parts: dict[int, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    bucket: str = "theirs"

    def answer(self, request: BaseHTTPRequestHandler) -> tuple[int, bytes, dict[str, str]]:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        path, _, query = request.path.partition("?")
        self.requests.append(f"{request.command} {request.path}")
        if f"Credential={KEY}/" not in request.headers["Authorization"]:
            self.errors.append((403, "InvalidAccessKeyId"))
        elif not path.startswith(f"/{self.bucket}/"):
            self.errors.append((404, "NoSuchBucket"))
        if self.errors:
            return _error(*self.errors.pop(0))
        if "uploads" in query:
            self.headers[path] = dict(request.headers)
            return 200, b"<R><UploadId>U1</UploadId></R>", {}
        if number := re.search(r"partNumber=(\d+)", query):
            self.parts[int(number[1])] = body
            return 200, b"", {"ETag": f'"{number[1]}"'}
        if request.command == "POST":
            self.objects[path] = b"".join(self.parts[part] for part in sorted(self.parts))
            return 200, b"<R><ETag>x</ETag></R>", {}
        if request.command == "PUT":
            self.objects[path] = body
            self.headers[path] = dict(request.headers)
        return 200, b"", {}


def _error(status: int, code: str) -> tuple[int, bytes, dict[str, str]]:
    xml = f"<Error><Code>{code}</Code><Message>Told by\n S3.</Message></Error>"
    return status, xml.encode(), {}


@pytest.fixture
def client_storage() -> Iterator[FakeS3]:
    fake = FakeS3()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            status, body, headers = fake.answer(self)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_DELETE = do_PUT  # noqa: N815 - http.server's names

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield fake
    server.shutdown()
    server.server_close()
