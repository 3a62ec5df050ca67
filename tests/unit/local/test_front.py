"""The public URL: what goes in comes out at the API, and the other way round."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from intarsia.local import front
from intarsia.local.errors import LocalStackError
from intarsia.local.plain_http import NO_CERTIFICATES


@dataclass
class Upstream:
    """Stands for API Gateway: keeps the last request, gives a set answer."""

    port: int = 0
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    content: bytes = b"{}"
    line: str = ""
    seen: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    answer = Upstream()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            answer.line = f"{self.command} {self.path}"
            answer.seen = list(self.headers.items())
            answer.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.content)

        def log_message(self, *_: Any) -> None:
            pass

    for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._any)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    answer.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield answer
    server.shutdown()
    server.server_close()


@pytest.fixture
def url(upstream: Upstream) -> Iterator[str]:
    listener = front.bind(0)
    port = listener.getsockname()[1]
    served = front.Front(listener, f"http://127.0.0.1:{upstream.port}", "api123", "token")
    served.start()
    yield f"http://127.0.0.1:{port}"
    served.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}", trust_env=False, verify=NO_CERTIFICATES)


@pytest.fixture
def send(url: str) -> Iterator[Callable[..., httpx.Response]]:
    with httpx.Client(trust_env=False, verify=NO_CERTIFICATES) as client:
        yield lambda method, path, **more: client.request(method, f"{url}{path}", **more)


@pytest.mark.parametrize(
    "target",
    ["/api/v2/jobs/a%2Fb%20c?x=1&x=2&y=%C3%A4+b&z", "/api/v2/../../../../_ministack/reset"],
    ids=["encoded", "climbing"],
)
def test_method_path_and_query_arrive_byte_for_byte(
    url: str, upstream: Upstream, target: str
) -> None:
    with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1]))) as raw:
        raw.sendall(
            f"DELETE {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        )
        assert raw.recv(4096).startswith(b"HTTP/1.1 200")
    assert upstream.line == f"DELETE /_aws/execute-api/api123/$default{target}"


def test_headers_arrive_without_the_hop_by_hop_ones(
    send: Any, upstream: Upstream, url: str
) -> None:
    send(
        "GET",
        "/api/v2/jobs",
        headers=[("Authorization", "Bearer x"), ("X-Two", "1"), ("X-Two", "2"), ("TE", "trailers")],
    )
    seen = [(name.lower(), value) for name, value in upstream.seen]
    assert ("authorization", "Bearer x") in seen
    assert [value for name, value in seen if name == "x-two"] == ["1", "2"]
    assert "te" not in dict(seen)
    assert dict(seen)["host"] == f"127.0.0.1:{upstream.port}"
    assert dict(seen)["x-forwarded-host"] == url.removeprefix("http://")


@pytest.mark.parametrize(
    "host",
    [
        *(
            "evil.example",
            "evil.example:{port}",
            "127.0.0.1.nip.io:{port}",
            "localhost.evil:{port}",
        ),
        *("127.0.0.1@evil.example", "127.0.0.1:{port}@evil.example", "[::1]:{port}", "0.0.0.0", ""),
        *("127.0.0.2:{port}", "LOCALHOST.:{port}", "localhost:{port}:{port}", "localhost:x"),
    ],
)
def test_a_name_that_was_made_to_lead_here_is_refused(
    send: Any, upstream: Upstream, url: str, host: str
) -> None:
    """DNS rebinding: a web page's own name that resolves to this machine, once it is loaded."""
    named = host.format(port=url.rsplit(":", 1)[1])
    for path in ("/api/v2/jobs", "/"):
        answer = send("GET", path, headers={"Host": named})
        assert answer.status_code == 403
        assert "Host" in answer.json()["error"]
    assert upstream.line == ""


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1", "file://"),
        *("https://127.0.0.1:{port}", "http://127.0.0.1:{port}.evil.example", "http://evil:{port}"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_a_request_of_a_foreign_web_page_is_refused(
    send: Any, upstream: Upstream, url: str, method: str, origin: str
) -> None:
    named = origin.format(port=url.rsplit(":", 1)[1])
    answer = send(method, "/api/v2/jobs", headers={"Origin": named, "Authorization": "Bearer x"})
    assert answer.status_code == 403
    assert "Origin" in answer.json()["error"]
    assert upstream.line == ""


def test_our_own_pages_and_programs_are_answered(send: Any, upstream: Upstream, url: str) -> None:
    port = url.rsplit(":", 1)[1]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", "localhost:9000"):
        own = {"Host": host, "Origin": f"http://{host}"}
        assert send("GET", "/api/v2/docs", headers=own).status_code == 200
        assert send("POST", "/api/v2/jobs", headers={"Host": host}).status_code == 200


def test_the_emulator_is_told_that_a_request_came_through_here(
    send: Any, upstream: Upstream
) -> None:
    send("GET", "/api/v2/jobs", headers={"X-Intarsia-Front": "forged"})
    told = [value for name, value in upstream.seen if name.lower() == "x-intarsia-front"]
    assert told == ["token"]


def test_bodies_pass_in_both_directions_as_they_are(send: Any, upstream: Upstream) -> None:
    sent = bytes(range(256)) * 1000
    upstream.content = gzip.compress(b"packed")
    upstream.headers = [("Content-Encoding", "gzip"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    answer = send("PUT", "/api/v3/templates", content=sent)
    assert upstream.body == sent
    assert answer.content == b"packed"
    assert answer.headers["content-length"] == str(len(upstream.content))
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_a_chunked_body_arrives_whole(send: Any, upstream: Upstream) -> None:
    send("POST", "/api/v2/jobs", content=iter([b"ab", b"cd"]))
    assert upstream.body == b"abcd"


def test_a_request_that_was_cut_off_is_not_forwarded(url: str, upstream: Upstream) -> None:
    port = int(url.rsplit(":", 1)[1])
    head = (
        f"POST /api/v2/templates HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 500\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(head.encode() + b'{"type": "aep"}')
        raw.shutdown(socket.SHUT_WR)
        while raw.recv(4096):
            pass
    assert upstream.line == ""


def test_a_websocket_is_refused(send: Any, upstream: Upstream) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    assert send("GET", "/api/v2/jobs", headers=upgrade).status_code == 403
    assert upstream.line == ""


def test_statuses_and_redirects_are_the_apis_own(send: Any, upstream: Upstream) -> None:
    upstream.status, upstream.headers = 302, [("Location", "http://127.0.0.1:1/file.mp4")]
    answer = send("GET", "/api/v2/outputs/x/y/z.mp4")
    assert (answer.status_code, answer.headers["location"]) == (302, "http://127.0.0.1:1/file.mp4")


def test_head_has_the_length_but_no_body(send: Any, upstream: Upstream) -> None:
    upstream.content = b"twelve bytes"
    answer = send("HEAD", "/api/v2/jobs")
    assert (answer.status_code, answer.headers["content-length"]) == (200, "12")


def test_the_root_says_what_this_is(send: Any) -> None:
    answer = send("GET", "/")
    assert answer.status_code == 200
    assert "/api/v2" in answer.text


@pytest.mark.parametrize("path", ["/elsewhere", "/api/v1/jobs", "/api/v20/jobs", "/_aws/x"])
def test_nothing_but_the_api_is_forwarded(send: Any, upstream: Upstream, path: str) -> None:
    answer = send("GET", path)
    assert answer.status_code == 404
    assert path in answer.json()["error"]
    assert upstream.line == ""


def test_a_body_beyond_the_limit_is_refused(
    send: Any, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "BODY_LIMIT", 10)
    assert send("POST", "/api/v2/jobs", content=b"x" * 11).status_code == 413
    assert upstream.line == ""
    assert send("POST", "/api/v2/jobs", content=b"x" * 10).status_code == 200


def test_an_api_that_is_gone_is_a_bad_gateway() -> None:
    closed = front.bind(0)
    gone = closed.getsockname()[1]
    closed.close()
    listener = front.bind(0)
    port = listener.getsockname()[1]
    served = front.Front(listener, f"http://127.0.0.1:{gone}", "api123", "token")
    served.start()
    answer = httpx.get(
        f"http://127.0.0.1:{port}/api/v2/jobs", trust_env=False, verify=NO_CERTIFICATES
    )
    served.stop()
    assert answer.status_code == 502
    assert "cannot be reached" in answer.json()["error"]


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with front.bind(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LocalStackError, match=rf"port {port} .*--port 0"):
            front.bind(port)


def test_a_front_that_has_ended_can_be_stopped() -> None:
    served = front.Front(front.bind(0), "http://127.0.0.1:1", "api123", "token")
    served.start()
    served.stop()
    served.stop()
