"""Download of a client's file over HTTP: with limits of size, time and redirects, and retries."""

import hashlib
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from intarsia.fetching.addresses import (
    CheckedTransport,
    ForbiddenAddressError,
    UnknownHostError,
)

_AGAIN = frozenset({408, 425, 429})  # retried, like every 5xx
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class SourceError(Exception):
    """Failure to fetch a file from a client's URL. `transient` is True if a retry may succeed.

    The message continues a sentence that begins with the URL, such as `answered 404 Not Found`.
    """

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


@dataclass(frozen=True)
class FetchLimits:
    """Limits for fetching one file."""

    bytes: int = 4 << 30
    seconds: float = 1800  # for one try's content
    silence: float = 30  # seconds without a byte
    connect: float = 10  # seconds
    redirects: int = 5
    tries: int = 3
    pause: float = 1.0  # seconds before the second try, then twice as long each time


@dataclass(frozen=True)
class Fetched:
    """Size in bytes and hexadecimal SHA-256 of a fetched file."""

    bytes: int
    sha256: str


def shown(url: str) -> str:
    """Return the URL without user, password, query and fragment, for messages and logs."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return "an invalid URL"
    return str(parsed.copy_with(userinfo=b"", query=None, fragment=None))


def fetch(
    url: str,
    path: Path,
    *,
    check: Callable[[], None],
    allow_private: bool = False,
    limits: FetchLimits | None = None,
) -> Fetched:
    """Download `url` to the file `path`.

    `check` is called for each block and during pauses; an exception from it ends the download.
    `allow_private` permits private addresses. `limits` None: the defaults of FetchLimits. Raises
    SourceError if the file cannot be downloaded within the limits.
    """
    limits = limits or FetchLimits()
    with _client(limits, allow_private) as client:
        for left in reversed(range(limits.tries)):
            try:
                return _try(client, url, path, limits, check)
            except SourceError as error:
                if not error.transient or not left:
                    raise
            _pause(limits.pause * 2 ** (limits.tries - 1 - left), check)
    raise AssertionError("the last try returns or raises")


def _client(limits: FetchLimits, allow_private: bool) -> httpx.Client:
    return httpx.Client(
        transport=CheckedTransport(allow_private=allow_private),
        timeout=httpx.Timeout(limits.silence, connect=limits.connect),
        # A compressed response could expand to any size.
        headers={"User-Agent": "Intarsia", "Accept": "*/*", "Accept-Encoding": "identity"},
        trust_env=False,
    )


def _try(
    client: httpx.Client,
    url: str,
    path: Path,
    limits: FetchLimits,
    check: Callable[[], None],
) -> Fetched:
    for _ in range(limits.redirects + 1):
        with _plain_errors(limits), client.stream("GET", url) as response:
            if response.status_code in _REDIRECTS and "location" in response.headers:
                url = _next_hop(response)
                continue
            _check_status(response)
            return _write(response, path, limits, check)
    raise SourceError(f"redirects more than {limits.redirects} times")


def _next_hop(response: httpx.Response) -> str:
    """Return the URL that a redirect leads to.

    Its address is checked on connection, like that of the first URL. Raises SourceError if the
    target is not http:// or https://, or is http:// after https://.
    """
    target = response.request.url.join(response.headers["location"])
    if target.scheme not in {"http", "https"} or not target.host:
        raise SourceError("redirects to a URL that is not http:// or https://")
    if response.request.url.scheme == "https" and target.scheme == "http":
        raise SourceError("redirects from https:// to http://, which is not allowed")
    return str(target)


def _check_status(response: httpx.Response) -> None:
    code = response.status_code
    if code == HTTPStatus.OK:
        return
    phrase = f"answered {code} {httpx.codes.get_reason_phrase(code)}".rstrip()
    raise SourceError(phrase, transient=code in _AGAIN or code >= 500)


def _write(
    response: httpx.Response,
    path: Path,
    limits: FetchLimits,
    check: Callable[[], None],
) -> Fetched:
    deadline = time.monotonic() + limits.seconds
    too_large = SourceError(f"is larger than {limits.bytes} bytes")
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limits.bytes:
        raise too_large
    digest = hashlib.sha256()
    size = 0
    with path.open("wb") as file:
        for block in response.iter_bytes():  # as they arrive: a slow stream must hit the limit
            check()
            size += len(block)
            if size > limits.bytes:
                raise too_large
            if time.monotonic() > deadline:
                raise SourceError(f"takes longer than {limits.seconds:g} seconds to download")
            digest.update(block)
            file.write(block)
    if not size:
        raise SourceError("is empty")
    return Fetched(size, digest.hexdigest())


@contextmanager
def _plain_errors(limits: FetchLimits) -> Iterator[None]:
    """Raise SourceError in place of errors of httpx, of DNS and of address checks."""
    try:
        yield
    except ForbiddenAddressError as error:
        raise SourceError(f"leads to {error.what}, which is not allowed") from None
    except UnknownHostError:
        raise SourceError("names a host or port that does not exist") from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, UnicodeError):
        # UnicodeError: httpx decodes an international host name when it is used.
        raise SourceError("is not a valid http:// or https:// URL") from None
    except httpx.ConnectError as error:
        certificate = "CERTIFICATE_VERIFY_FAILED" in str(error)
        message = "has an invalid TLS certificate" if certificate else "does not accept connections"
        raise SourceError(message, transient=not certificate) from error
    except httpx.TimeoutException as error:
        raise SourceError(f"sent nothing for {limits.silence:g} seconds", transient=True) from error
    except (httpx.HTTPError, socket.gaierror) as error:
        raise SourceError(
            "could not be read because the connection failed", transient=True
        ) from error


def _pause(seconds: float, check: Callable[[], None]) -> None:
    """Wait, and call `check` every 0.2 seconds, so that its exception can end the wait."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        check()
        time.sleep(min(left, 0.2))
