"""Which addresses a stranger may send us to."""

import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.fetching.addresses import (
    ForbiddenAddressError,
    UnknownHostError,
    checked_addresses,
    is_allowed,
)

PRIVATE = [
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "0.0.0.0/8",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
    "::1/128",
    "::/128",
    # Older or local forms: site-local, IPv4-compatible, IPv4-translated, a network's own NAT64.
    "fec0::/10",
    "::127.0.0.0/104",
    "::ffff:0:127.0.0.0/104",
    "64:ff9b:1::/48",
]


@pytest.mark.parametrize("network", PRIVATE)
@given(data=st.data())
def test_no_address_of_a_private_network_is_allowed(network: str, data: Any) -> None:
    address = data.draw(st.ip_addresses(network=network))
    assert not is_allowed(address, allow_private=False)


@given(inner=st.ip_addresses(v=4), form=st.sampled_from(["mapped", "nat64", "6to4"]))
def test_an_ipv4_address_is_judged_the_same_inside_an_ipv6_one(
    inner: ipaddress.IPv4Address, form: str
) -> None:
    number = {
        "mapped": 0xFFFF << 32 | int(inner),
        "nat64": 0x64FF9B << 96 | int(inner),
        "6to4": 0x2002 << 112 | int(inner) << 80,
    }[form]
    outer = ipaddress.IPv6Address(number)
    assert is_allowed(outer, allow_private=False) == is_allowed(inner, allow_private=False)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(ipaddress.ip_address(address), allow_private=False)


def test_a_laptops_stack_allows_private_addresses_but_never_the_credentials_ones() -> None:
    assert is_allowed(ipaddress.ip_address("127.0.0.1"), allow_private=True)
    assert is_allowed(ipaddress.ip_address("10.1.2.3"), allow_private=True)
    for address in ("169.254.169.254", "169.254.170.2", "::ffff:169.254.169.254", "fe80::1"):
        assert not is_allowed(ipaddress.ip_address(address), allow_private=True)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "017700000001", "::1"]
)
def test_every_spelling_of_this_machine_is_forbidden(host: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        checked_addresses(host, 80, allow_private=False)


def test_one_forbidden_address_among_others_forbids_the_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _answer(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(ForbiddenAddressError):
        checked_addresses("mixed.test", 80, allow_private=False)
    _answer(monkeypatch, "93.184.216.34", "93.184.216.35")
    found = checked_addresses("fine.test", 80, allow_private=False)
    assert found == ["93.184.216.34", "93.184.216.35"]


def test_a_host_that_does_not_exist_is_told_from_a_silent_name_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for code, expected in (
        (socket.EAI_NONAME, UnknownHostError),
        (socket.EAI_AGAIN, socket.gaierror),
    ):

        def fail(*_: Any, code: int = code, **__: Any) -> None:
            raise socket.gaierror(code, "x")

        monkeypatch.setattr(socket, "getaddrinfo", fail)
        with pytest.raises(expected):
            checked_addresses("nowhere.test", 80, allow_private=False)


def _answer(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80)) for each in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
