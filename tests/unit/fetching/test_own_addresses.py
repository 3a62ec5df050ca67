"""No URL, however it is written, leads to the stack's own ports on this machine."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intarsia import names
from intarsia.fetching.addresses import (
    OWN,
    ForbiddenAddressError,
    UnknownHostError,
    checked_addresses,
)
from intarsia.fetching.fetch import FetchLimits, SourceError, fetch

SPELLINGS = [
    "127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.1", "127.0.1", "2130706433",
    "0x7f.0.0.1", "0x7f000001", "0177.0.0.1", "017700000001", "127.000.000.001", "127.0.0.2",
    "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:0:0:1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "0.0.0.0", "0", "::", "api.localhost", "ip6-localhost",
    "127.0.0.1.", "10.1.2.3", "192.168.1.2", "fd00::1", "fe80::1", "169.254.169.254",
]  # fmt: skip

URLS = [
    "http://127.0.0.1:{port}/x", "http://localhost:{port}/x", "http://LocalHost:{port}/x",
    "http://localhost.:{port}/x", "http://x.localhost:{port}/x", "http://127.1:{port}/x",
    "http://2130706433:{port}/x", "http://0x7f000001:{port}/x", "http://017700000001:{port}/x",
    "http://[::1]:{port}/x", "http://[::ffff:127.0.0.1]:{port}/x", "http://[::ffff:7f00:1]:{port}/x",
    "http://[::127.0.0.1]:{port}/x", "http://[64:ff9b::7f00:1]:{port}/x", "http://0:{port}/x",
    "http://example.com@127.0.0.1:{port}/x", "http://example.com:80@127.0.0.1:{port}/x",
    "http://127.0.0.1:{port}#@example.com/x", "http://127.0.0.1:{port}?@example.com/x",
    "http://127.0.0.1:{port}\\@example.com/x", "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11:{port}/x",
    "http://127。0。0。1:{port}/x", "http://ⓛocalhost:{port}/x", "http://%31%32%37.0.0.1:{port}/x",
    "http://127.0.0.1:0{port}/x", "HTTP://127.0.0.1:{port}/x", "http:////127.0.0.1:{port}/x",
    " http://127.0.0.1:{port}/x", "http://127.0.0.1\t:{port}/x", "http://127.0.0.1:{port}",
]  # fmt: skip

LIMITS = FetchLimits(connect=0.2, silence=1, tries=3, pause=0)


@pytest.fixture
def port(site: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Port of a server that stands for the stack's own."""
    port: str = site.url.rpartition(":")[2]
    site.pages["/x"] = site.pages["/"] = b"a project of another team"
    monkeypatch.setenv(names.ENV_OWN_PORTS, f"1,{port}")
    return port


@pytest.fixture
def get(tmp_path: Path) -> Callable[[str], Any]:
    def get(url: str) -> Any:
        return fetch(url, tmp_path / "file", check=lambda: None, allow_private=True, limits=LIMITS)

    return get


@pytest.mark.parametrize("host", SPELLINGS)
def test_an_own_port_is_closed_at_every_private_address(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv(names.ENV_OWN_PORTS, "8090,4566")
    for port in (8090, 4566):
        # Some systems do not resolve some of these names.
        with pytest.raises((ForbiddenAddressError, UnknownHostError)):
            checked_addresses(host, port, allow_private=True)


def test_other_ports_and_public_hosts_stay_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(names.ENV_OWN_PORTS, "8090,4566")
    assert checked_addresses("127.0.0.1", 8091, allow_private=True) == ["127.0.0.1"]
    assert checked_addresses("93.184.216.34", 8090, allow_private=True) == ["93.184.216.34"]
    with pytest.raises(ForbiddenAddressError) as error:
        checked_addresses("127.0.0.1", 8090, allow_private=True)
    assert error.value.what == OWN


@pytest.mark.parametrize("port", [0, 65536, 65536 + 8090, -1])
def test_a_port_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """The system would connect to it modulo 65536."""
    monkeypatch.setenv(names.ENV_OWN_PORTS, "8090")
    with pytest.raises(UnknownHostError):
        checked_addresses("127.0.0.1", port, allow_private=True)


def test_a_port_beyond_65535_does_not_reach_an_own_port(
    get: Callable[[str], Any], site: Any, port: str
) -> None:
    with pytest.raises(SourceError, match="names a host or port that does not exist"):
        get(f"http://127.0.0.1:{int(port) + 65536}/x")
    assert site.requests == []


def test_one_own_address_among_others_forbids_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(names.ENV_OWN_PORTS, "8090")
    _resolve_to(monkeypatch, "93.184.216.34", "127.0.0.1")
    with pytest.raises(ForbiddenAddressError):
        checked_addresses("mixed.test", 8090, allow_private=True)


@pytest.mark.parametrize("url", URLS)
def test_no_spelling_of_a_url_reaches_an_own_port(
    get: Callable[[str], Any], site: Any, port: str, url: str
) -> None:
    with pytest.raises(SourceError):
        get(url.format(port=port))
    assert site.requests == []


def test_the_server_would_answer_were_it_not_our_own(
    get: Callable[[str], Any], site: Any, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SourceError, match="leads to an address of this installation itself"):
        get(f"http://127.0.0.1:{port}/x")
    monkeypatch.setenv(names.ENV_OWN_PORTS, "1")
    assert get(f"http://127.0.0.1:{port}/x").bytes > 0


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_to_an_own_port_is_not_followed(
    get: Callable[[str], Any], site: Any, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def away(request: Any) -> None:
        # The site itself plays somebody's server: from here on its port is the stack's own.
        monkeypatch.setenv(names.ENV_OWN_PORTS, site.url.rpartition(":")[2])
        request.send_response(code)
        request.send_header("Location", f"{site.url}/x")
        request.send_header("Content-Length", "0")
        request.end_headers()

    site.pages |= {"/a": away, "/x": b"a project of another team"}
    with pytest.raises(SourceError, match="address of this installation itself"):
        get(f"{site.url}/a")
    assert site.requests == ["/a"]


def test_a_name_that_resolves_to_us_the_second_time_is_refused_then(
    get: Callable[[str], Any], site: Any, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: each answer is checked, and the connection goes to what was checked."""
    resolve = socket.getaddrinfo
    answers = ["192.0.2.1", "127.0.0.1"]

    def rebinding(host: Any, *arguments: Any, **options: Any) -> Any:
        named = host in ("rebind.test", b"rebind.test")
        return resolve(answers.pop(0) if named else host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr("intarsia.fetching.addresses.is_allowed", _documentation_is_public)
    with pytest.raises(SourceError, match="address of this installation itself"):
        get(f"http://rebind.test:{port}/x")
    assert (answers, site.requests) == ([], [])


def _documentation_is_public(address: Any, *, allow_private: bool) -> bool:
    return allow_private or str(address) == "192.0.2.1"


def _resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80)) for each in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
