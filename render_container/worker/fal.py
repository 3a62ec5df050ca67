"""The queue of fal: what is asked of it, and what its answers mean.

As https://fal.ai/docs/api-reference/inference-api describes it: a POST to the model's path
gives the addresses of the request's status and of its result. Keys are a client's own; they are
sent to the queue's origin and nowhere else.
"""

import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, Self

import httpx

from intarsia.fetching.addresses import (
    CheckedTransport,
    ForbiddenAddressError,
    UnknownHostError,
)
from render_container.worker.errors import AttemptError
from render_container.worker.parallel import Check
from render_container.worker.redaction import Redactor

BODY_LIMIT: Final = 1 << 20  # bytes
SILENCE: Final = 30.0  # seconds without a byte
LONGEST: Final = 60.0  # seconds for one answer
TRIES: Final = 3
"""How often an address is read when the service has trouble. Nothing is posted twice."""

_AGAIN: Final = {408, 425, 429}  # and every 5xx
_TOLD: Final = 300  # characters of what the service says

Answer = dict[str, Any]


class Fal:
    """The queue for one asset and its key. A context manager.

    `field` is the asset's params, such as `assets[2].params`; `url` the queue's. Every call raises
    AttemptError: `user` for what the client has to change, `transient` for the network and for a
    service that has trouble.
    """

    def __init__(
        self, url: str, key: str, *, field: str, allow_private: bool, check: Check, pause: float
    ) -> None:
        self._url = httpx.URL(url)
        self._field = field
        self._check = check
        self._pause = pause  # seconds before an address is read again
        self._masked = Redactor()
        self._masked.add(key)
        self._client = httpx.Client(
            transport=CheckedTransport(allow_private=allow_private),
            timeout=httpx.Timeout(SILENCE, connect=10),
            headers={
                "Authorization": f"Key {key}",
                "User-Agent": "Intarsia",
                "Accept": "application/json",
                "Accept-Encoding": "identity",  # compressed answers could unpack to anything
            },
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._client.close()

    def post(self, model: str, data: Mapping[str, Any]) -> Answer:
        """Ask a model for something; this is what costs."""
        body = json.dumps(data).encode()
        headers = {"Content-Type": "application/json"}
        request = self._client.build_request(
            "POST", f"{self._url}/{model}", content=body, headers=headers
        )
        return self._send(request)

    def get(self, address: httpx.URL) -> Answer:
        """Read one of the request's addresses, more than once if need be."""
        for _ in range(TRIES - 1):
            try:
                return self._send(self._client.build_request("GET", address))
            except AttemptError as error:
                if error.failure.kind != "transient":
                    raise
            wait(self._pause, self._check)
        return self._send(self._client.build_request("GET", address))

    def address(self, answer: Mapping[str, Any], name: str) -> httpx.URL:
        """An address of the answer to a POST, if the key may be sent there."""
        given = answer.get(name)
        try:
            found = httpx.URL(given) if isinstance(given, str) else httpx.URL()
        except httpx.InvalidURL:
            found = httpx.URL()
        if not found.host:
            raise self.failure(f"fal's answer has no {name}")
        if _origin(found) != _origin(self._url) or found.userinfo:
            raise self.failure(
                f"fal's {name} leads away from {self._url.host}, to {found.host}; the key is not"
                " sent there"
            )
        return found

    def failure(self, why: str) -> AttemptError:
        """What ends the attempt as the client's matter, or that of the model chosen."""
        return AttemptError("user", f"{self._field}: {self.plain(why)}.")

    def plain(self, text: str) -> str:
        """A text of the service's as it may be shown: one line, not long, without the key."""
        text = self._masked(" ".join(text.split())).rstrip(".")
        return text if len(text) <= _TOLD else f"{text[:_TOLD]} ..."

    def _send(self, request: httpx.Request) -> Answer:
        self._check()
        # What was posted is paid for: its answer is waited for whatever becomes of the attempt.
        check = self._check if request.method == "GET" else _go_on
        with self._plain_errors():
            response = self._client.send(request, stream=True)
            try:
                body = self._body(response, check)
            finally:
                response.close()
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if not response.is_success:
            raise self._refused(response, told(answer))
        if not isinstance(answer, dict):
            raise self.failure("fal answered something that is no JSON object")
        return answer

    def _body(self, response: httpx.Response, check: Check) -> bytes:
        deadline = time.monotonic() + LONGEST
        body = bytearray()
        for block in response.iter_raw():
            check()
            body += block
            if len(body) > BODY_LIMIT:
                raise self.failure(
                    f"fal's answer is larger than {BODY_LIMIT} bytes; if the data has sync_mode,"
                    " leave it out"
                )
            if time.monotonic() > deadline:
                raise AttemptError("transient", f"{self._field}: fal's answer did not end.")
        return bytes(body)

    def _refused(self, response: httpx.Response, said: str) -> AttemptError:
        code = response.status_code
        phrase = f"{code} {httpx.codes.get_reason_phrase(code)}".rstrip()
        answered = self.plain(f"{phrase}: {said}" if said else phrase)
        if code in _AGAIN or code >= 500:
            return AttemptError("transient", f"{self._field}: fal answered {answered}.")
        if code in {401, 403}:
            return AttemptError(
                "user", f"{self._field}.key: the key is refused; fal answered {answered}."
            )
        posted = response.request.method == "POST"
        part = ".data" if code == 422 else ".model" if code == 404 and posted else ""
        return AttemptError("user", f"{self._field}{part}: fal answered {answered}.")

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        """httpx's errors without what they quote, which may be the key."""
        try:
            yield
        except ForbiddenAddressError as error:
            raise AttemptError(
                "configuration", f"{self._url.host} leads to {error.what}."
            ) from None
        except (UnknownHostError, httpx.HTTPError, socket.gaierror) as error:
            name = type(error).__name__
            raise AttemptError(
                "transient", f"{self._field}: the connection to {self._url.host} failed ({name})."
            ) from None


def told(answer: object) -> str:
    """The message in an answer, empty if there is none.

    `detail` is a text, or of a validation an array of objects with `loc` and `msg`, as FastAPI
    writes it.
    """
    if not isinstance(answer, Mapping):
        return ""
    said = next((answer[name] for name in ("detail", "error", "message") if answer.get(name)), "")
    if isinstance(said, Mapping):
        return told(said)
    if not isinstance(said, list):
        return str(said)
    return "; ".join(map(_told_of, said[:5]))


def _told_of(item: object) -> str:
    if not isinstance(item, Mapping):
        return str(item)
    place = item.get("loc")
    where = ".".join(map(str, place)) if isinstance(place, list) else ""
    return ": ".join(filter(None, (where, str(item.get("msg", "")))))


def wait(seconds: float, check: Callable[[], None]) -> None:
    """Wait, but notice at once when the attempt is lost."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        check()
        time.sleep(min(left, 0.2))


def _go_on() -> None:
    """Nothing ends this."""


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
