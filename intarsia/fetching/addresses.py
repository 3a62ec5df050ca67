"""Connections only to addresses that clients' URLs may reach, as protection against SSRF.

The host is resolved here, every address in the DNS response is checked, and the connection goes to
a checked address. A different second response therefore has no effect (DNS rebinding).

On a laptop, private addresses are allowed, except at the ports of the stack itself
(ENV_OWN_PORTS), where the emulator serves the data of all teams. This variable is read here, so
that no caller can leave the check out.
"""

import ipaddress
import os
import socket

import httpx

from intarsia import names
from intarsia.certificates import trusted

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All global unicast addresses that IANA assigns, checked in addition to `is_global`.

`is_global` alone would also allow obsolete forms, such as site-local addresses.

https://www.iana.org/assignments/ipv6-address-space"""

MAX_PORT = 65535
PRIVATE = "a private or local address"
OWN = "an address of this installation itself"


class ForbiddenAddressError(Exception):
    """Rejection of a host that is, or resolves to, an address that clients' URLs may not reach.

    `what` is the kind of address, PRIVATE or OWN, as a text for messages.
    """

    def __init__(self, host: str, what: str = PRIVATE) -> None:
        super().__init__(host)
        self.what = what


class UnknownHostError(Exception):
    """Failure to resolve a host's name, which does not exist or is invalid; or an invalid port."""


def checked_addresses(host: str, port: int, *, allow_private: bool) -> list[str]:
    """Return the host's IP addresses, in the order in which to try them.

    `allow_private` permits private and local addresses, except at the ports in ENV_OWN_PORTS.
    Raises ForbiddenAddressError if any address is forbidden, UnknownHostError if the name does not
    resolve or the port is not from 1 to 65535, and OSError if there is no response from the name
    server.
    """
    if not 0 < port <= MAX_PORT:  # the system would connect to the port modulo 65536
        raise UnknownHostError(f"{host}:{port}")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise
        raise UnknownHostError(host) from error
    except UnicodeError as error:
        raise UnknownHostError(host) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    own_ports = _own_ports()
    for each in addresses:
        address = ipaddress.ip_address(each)
        if not is_allowed(address, allow_private=allow_private):
            raise ForbiddenAddressError(host)
        # Checked for every private address: others than loopback may be forwarded to it.
        if port in own_ports and not is_allowed(address, allow_private=False):
            raise ForbiddenAddressError(host, OWN)
    return addresses


def _own_ports() -> frozenset[int]:
    listed = os.environ.get(names.ENV_OWN_PORTS, "")
    return frozenset(int(port) for port in listed.split(",") if port)


def is_allowed(address: IpAddress, *, allow_private: bool) -> bool:
    """Return whether clients' URLs may lead to this address.

    `allow_private` permits private and local addresses. Link-local addresses are never allowed,
    because they serve the machine's own credentials (169.254.169.254, and 169.254.170.2 in ECS).
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inner_ipv4(address)
        if inner is not None:
            return is_allowed(inner, allow_private=allow_private)
        if address not in _GLOBAL_UNICAST and not allow_private:
            return False
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return allow_private or address.is_global


def _inner_ipv4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 address embeds, or None if it embeds none."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


class CheckedTransport(httpx.BaseTransport):
    """An httpx transport that connects only to checked addresses.

    TLS still verifies the host's name. `allow_private` is passed to `checked_addresses`.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        # No keep-alive: the pool is keyed by address and would share a connection between hosts.
        self._inner = httpx.HTTPTransport(
            verify=trusted(),
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to the first checked address that accepts a connection.

        Raises httpx's errors if there is no response, and the errors of `checked_addresses`.
        """
        url = request.url
        host = url.raw_host.decode("ascii")
        port = url.port or (443 if url.scheme == "https" else 80)
        failure: Exception = UnknownHostError(host)
        for address in checked_addresses(host, port, allow_private=self._allow_private):
            pinned = httpx.Request(
                request.method,
                url.copy_with(host=address),
                headers=request.headers,  # the Host header keeps the name
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
            try:
                return self._inner.handle_request(pinned)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure

    def close(self) -> None:
        """Close all connections."""
        self._inner.close()
