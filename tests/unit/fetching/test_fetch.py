"""Fetching from servers that are slow, wrong, endless or hostile."""

import hashlib
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from intarsia.fetching import addresses
from intarsia.fetching import fetch as fetching
from intarsia.fetching.fetch import FetchLimits, SourceError, fetch, shown

Get = Callable[..., Any]


@pytest.fixture
def get(tmp_path: Path) -> Get:
    """Fetches to a file, with private addresses allowed and next to no waiting."""

    def run(url: str, *, allow_private: bool = True, **limits: Any) -> tuple[Any, bytes]:
        path = tmp_path / "file"
        check = limits.pop("check", lambda: None)
        bounds = FetchLimits(**{"pause": 0.01, "silence": 5.0, **limits})
        got = fetch(url, path, check=check, allow_private=allow_private, limits=bounds)
        return got, path.read_bytes()

    return run


def _status(code: int, **headers: str) -> Callable[[Any], None]:
    def page(request: Any) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return page


def _stream(
    content: bytes,
    *,
    length: int | None = None,
    pause: float = 0,
    broken: threading.Event | None = None,
) -> Callable[[Any], None]:
    """A body of unknown (or wrongly announced) length, in pieces of 1000 bytes.

    `broken` is set when the connection breaks before its end.
    """

    def page(request: Any) -> None:
        request.send_response(200)
        request.send_header("Connection", "close")
        if length is not None:
            request.send_header("Content-Length", str(length))
        request.end_headers()
        request.close_connection = True
        try:
            for start in range(0, len(content), 1000):
                request.wfile.write(content[start : start + 1000])
                time.sleep(pause)
        except (BrokenPipeError, ConnectionResetError):
            if broken:
                broken.set()

    return page


def test_the_file_and_its_hash_come(site: Any, get: Get) -> None:
    content = bytes(range(256)) * 4096
    site.pages["/a"] = content
    got, written = get(f"{site.url}/a?x=1")
    assert written == content
    assert (got.bytes, got.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert site.requests == ["/a?x=1"]


@pytest.mark.parametrize(
    ("code", "words", "tries"),
    [
        (404, "answered 404 Not Found", 1),
        (403, "answered 403 Forbidden", 1),
        (204, "answered 204 No Content", 1),
        (429, "answered 429 Too Many Requests", 3),
        (503, "answered 503 Service Unavailable", 3),
    ],
)
def test_an_answer_without_the_file_is_told_and_tried_again_when_it_helps(
    site: Any, get: Get, code: int, words: str, tries: int
) -> None:
    site.pages["/a"] = _status(code)
    with pytest.raises(SourceError, match=words) as error:
        get(f"{site.url}/a")
    assert error.value.transient == (tries > 1)
    assert len(site.requests) == tries


def test_a_server_that_recovers_is_forgiven(site: Any, get: Get) -> None:
    def recovering(request: Any) -> None:
        if len(site.requests) < 3:
            _status(500)(request)
        else:
            _stream(b"here")(request)

    site.pages["/a"] = recovering
    assert get(f"{site.url}/a")[1] == b"here"


def test_redirects_are_followed_but_not_for_ever(site: Any, get: Get) -> None:
    site.pages["/a"] = _status(302, Location="/b")
    site.pages["/b"] = b"here"
    site.pages["/loop"] = _status(301, Location="/loop")
    assert get(f"{site.url}/a")[1] == b"here"
    with pytest.raises(SourceError, match="more than 5 times"):
        get(f"{site.url}/loop")


@pytest.mark.parametrize("host", ["xn--localhost-", "xn--a"])
def test_an_invalid_host_name_is_an_invalid_url(site: Any, get: Get, host: str) -> None:
    site.pages["/a"] = _status(302, Location=f"http://{host}/x")
    for url in (f"http://{host}/x", f"{site.url}/a"):
        with pytest.raises(SourceError) as error:
            get(url)
        assert not error.value.transient


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://x.test/a", "http:///a"])
def test_a_redirect_leads_only_to_the_web(site: Any, get: Get, target: str) -> None:
    site.pages["/a"] = _status(302, Location=target)
    with pytest.raises(SourceError) as error:
        get(f"{site.url}/a")
    assert not error.value.transient


def test_a_redirect_to_a_forbidden_address_is_not_followed(
    site: Any, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 127.0.0.1 plays a public address, 127.0.0.2 the private one behind it.
    monkeypatch.setattr(
        addresses, "is_allowed", lambda address, allow_private: str(address) == "127.0.0.1"
    )
    inside = site.url.replace("127.0.0.1", "127.0.0.2")
    site.pages["/a"] = _status(302, Location=f"{inside}/secret")
    site.pages["/secret"] = b"secret"
    with pytest.raises(SourceError, match="private or local address"):
        get(f"{site.url}/a", allow_private=False)
    assert site.requests == ["/a"]


def test_the_connection_goes_to_the_address_that_was_checked(
    site: Any, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers differently the second time changes nothing."""
    resolve = socket.getaddrinfo
    answers = iter(["127.0.0.1", "192.0.2.1"])
    seen: list[str] = []

    def rebinding(host: Any, *arguments: Any, **options: Any) -> Any:
        if host == "rebind.test":
            return resolve(next(answers), *arguments, **options)
        return resolve(host, *arguments, **options)

    def page(request: Any) -> None:
        seen.append(request.headers["Host"])
        _stream(b"here")(request)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    site.pages["/a"] = page
    port = site.url.rpartition(":")[2]
    assert get(f"http://rebind.test:{port}/a")[1] == b"here"
    assert seen == [f"rebind.test:{port}"]
    assert next(answers) == "192.0.2.1"


def test_the_next_address_is_tried_when_one_does_not_answer(
    site: Any, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.url.rpartition(":")[2])
    resolve = socket.getaddrinfo

    def two(host: Any, *arguments: Any, **options: Any) -> Any:
        if host == "two.test":
            return resolve("127.0.0.3", *arguments, **options) + resolve(
                "127.0.0.1", *arguments, **options
            )
        return resolve(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", two)
    site.pages["/a"] = b"here"
    assert get(f"http://two.test:{port}/a")[1] == b"here"


@pytest.mark.parametrize(
    "page", [b"x" * 5001, _stream(b"x" * 100_000)], ids=["announced", "unannounced"]
)
def test_a_file_that_is_too_large_is_not_taken(site: Any, get: Get, page: Any) -> None:
    site.pages["/a"] = page
    with pytest.raises(SourceError, match="larger than 5000 bytes") as error:
        get(f"{site.url}/a", bytes=5000)
    assert not error.value.transient


def test_a_file_that_is_cut_off_is_tried_again_and_then_refused(site: Any, get: Get) -> None:
    site.pages["/a"] = _stream(b"x" * 500, length=1000)
    with pytest.raises(SourceError, match="because the connection failed") as error:
        get(f"{site.url}/a")
    assert error.value.transient
    assert len(site.requests) == 3


def test_an_empty_file_is_no_file(site: Any, get: Get) -> None:
    site.pages["/a"] = b""
    with pytest.raises(SourceError, match="is empty"):
        get(f"{site.url}/a")


def test_a_silent_server_is_given_up(site: Any, get: Get) -> None:
    ended = threading.Event()
    site.pages["/a"] = lambda request: ended.wait(60)
    try:
        with pytest.raises(SourceError, match="sent nothing") as error:
            get(f"{site.url}/a", silence=0.2, tries=2)
    finally:
        ended.set()
    assert error.value.transient


def test_a_trickle_is_given_up(site: Any, get: Get) -> None:
    site.pages["/a"] = _stream(b"x" * 500_000, pause=0.02)
    with pytest.raises(SourceError, match="takes longer than"):
        get(f"{site.url}/a", seconds=0.2)


def test_a_lost_attempt_stops_a_download_at_once(site: Any, get: Get) -> None:
    broken = threading.Event()
    site.pages["/a"] = _stream(b"x" * 50_000_000, pause=0.02, broken=broken)

    def check() -> None:
        if len(site.requests):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        get(f"{site.url}/a", check=check)
    assert broken.wait(60), "the connection is taken from the server in the middle of the file"


@pytest.mark.parametrize(
    "url", ["http://", "http://a b/", "http://[::1/", "http://exa\u0000mple.test/", "https://%zz/"]
)
def test_an_invalid_url_is_the_users_matter(get: Get, url: str) -> None:
    with pytest.raises(SourceError) as error:
        get(url)
    assert not error.value.transient


def test_a_closed_port_may_open_again(get: Get) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, but nobody listens
        with pytest.raises(SourceError, match="does not accept connections") as error:
            get(f"http://127.0.0.1:{held.getsockname()[1]}/a")
    assert error.value.transient


def test_messages_show_no_password_and_no_signature() -> None:
    assert (
        shown("https://user:pass@cdn.test:8443/a/b%20c.mp4?X-Amz-Signature=s#part")
        == "https://cdn.test:8443/a/b%20c.mp4"
    )
    assert shown("http://[::1/") == "an invalid URL"


def test_a_redirect_never_leaves_the_encrypted_web() -> None:
    request = httpx.Request("GET", "https://a.test/x")
    answer = httpx.Response(302, headers={"location": "http://a.test/x"}, request=request)

    with pytest.raises(SourceError, match="from https:// to http://"):
        fetching._next_hop(answer)
