"""Client of the request queue of fal.ai, a service that generates media with AI models.

Follows https://fal.ai/docs/api-reference/inference-api: a POST to the model's path returns the
URLs of the request's status and result. The fal key belongs to the client who submitted the job,
and is sent only to the queue's origin.
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
from intarsia.names import ENV_FAL_URL
from render_container.worker.errors import AttemptError
from render_container.worker.parallel import Check
from render_container.worker.redaction import Redactor

BODY_LIMIT: Final = 1 << 20  # bytes
SILENCE: Final = 30.0  # seconds without a byte
LONGEST: Final = 60.0  # seconds for one response
TRIES: Final = 3
"""Maximum number of tries of a GET request while fal fails temporarily.

A POST is never retried, because each one is paid for.
"""

_AGAIN: Final = {408, 425, 429}  # status codes to retry, besides every 5xx
_TOLD: Final = 300  # characters quoted from the service

Answer = dict[str, Any]
"""JSON object in a response of fal."""


class Fal:
    """Connection to fal's queue for one asset. A context manager that closes it.

    Requests raise AttemptError: `user` for errors that the client must fix, `transient` for network
    and service errors, `configuration` if the queue's host has a forbidden address.

    Args:
        url: the queue's URL.
        key: the client's API key for fal.
        field: name of the asset's params in error messages, such as `assets[2].params`.
        allow_private: whether the queue may have a private address.
        check: called often; raises if the work must stop.
        pause: seconds before a GET is repeated.
    """

    def __init__(
        self, url: str, key: str, *, field: str, allow_private: bool, check: Check, pause: float
    ) -> None:
        self._url = httpx.URL(url)
        self._field = field
        self._check = check
        self._pause = pause  # seconds before a GET is repeated
        self._masked = Redactor()
        self._masked.add(key)
        self._client = httpx.Client(
            transport=CheckedTransport(allow_private=allow_private),
            timeout=httpx.Timeout(SILENCE, connect=10),
            headers={
                "Authorization": f"Key {key}",
                "User-Agent": "Intarsia",
                "Accept": "application/json",
                "Accept-Encoding": "identity",  # a compressed body could unpack to any size
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
        """Submit `data`, the input of the model at path `model`, and return the response.

        The client pays for each call.
        """
        body = json.dumps(data).encode()
        headers = {"Content-Type": "application/json"}
        request = self._client.build_request(
            "POST", f"{self._url}/{model}", content=body, headers=headers
        )
        return self._send(request)

    def get(self, address: httpx.URL) -> Answer:
        """Return the JSON object at `address`, the URL of a submitted request's status or result.

        Retries temporary errors.
        """
        for _ in range(TRIES - 1):
            try:
                return self._send(self._client.build_request("GET", address))
            except AttemptError as error:
                if error.failure.kind != "transient":
                    raise
            wait(self._pause, self._check)
        return self._send(self._client.build_request("GET", address))

    def address(self, answer: Mapping[str, Any], name: str) -> httpx.URL:
        """Return the URL under `name` in `answer`, the response to a POST.

        Raises AttemptError if the URL is missing, or if its origin is not the queue's, because the
        key must not be sent to another origin.
        """
        given = answer.get(name)
        try:
            found = httpx.URL(given) if isinstance(given, str) else httpx.URL()
        except httpx.InvalidURL:
            found = httpx.URL()
        if not found.host:
            raise self.failure(f"fal's response has no {name}")
        if _origin(found) != _origin(self._url) or found.userinfo:
            raise self.failure(
                f"fal's {name} points to {found.host} instead of {self._url.host}; the key is not"
                " sent there"
            )
        return found

    def failure(self, why: str) -> AttemptError:
        """Return an AttemptError of kind `user` with the asset's field and the reason `why`."""
        return AttemptError("user", f"{self._field}: {self.plain(why)}.")

    def plain(self, text: str) -> str:
        """Return fal's `text` as one line of at most _TOLD characters, with the key masked.

        A cut text ends with an additional ` ...`.
        """
        text = self._masked(" ".join(text.split())).rstrip(".")
        return text if len(text) <= _TOLD else f"{text[:_TOLD]} ..."

    def _send(self, request: httpx.Request) -> Answer:
        self._check()
        # A POST is already paid for, so wait for its response even if the attempt is lost.
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
            raise self.failure("fal's response is not a JSON object")
        return answer

    def _body(self, response: httpx.Response, check: Check) -> bytes:
        deadline = time.monotonic() + LONGEST
        body = bytearray()
        for block in response.iter_raw():
            check()
            body += block
            if len(body) > BODY_LIMIT:
                raise self.failure(
                    f"fal's response is larger than {BODY_LIMIT} bytes; if the data has sync_mode,"
                    " remove it"
                )
            if time.monotonic() > deadline:
                raise AttemptError(
                    "transient",
                    f"{self._field}: fal's response took longer than {LONGEST:g} seconds.",
                )
        return bytes(body)

    def _refused(self, response: httpx.Response, said: str) -> AttemptError:
        code = response.status_code
        phrase = f"{code} {httpx.codes.get_reason_phrase(code)}".rstrip()
        answered = self.plain(f"{phrase}: {said}" if said else phrase)
        if code in _AGAIN or code >= 500:
            return AttemptError("transient", f"{self._field}: fal answered {answered}.")
        if code in {401, 403}:
            return AttemptError("user", f"{self._field}.key: fal rejected the key: {answered}.")
        posted = response.request.method == "POST"
        part = ".data" if code == 422 else ".model" if code == 404 and posted else ""
        return AttemptError("user", f"{self._field}{part}: fal answered {answered}.")

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        """Convert errors of httpx and of address checks to AttemptError.

        Leaves out the text of httpx's errors, which may quote the key.
        """
        try:
            yield
        except ForbiddenAddressError as error:
            raise AttemptError(
                "configuration",
                f"{ENV_FAL_URL}: {self._url.host} leads to {error.what}, which is not allowed.",
            ) from None
        except (UnknownHostError, httpx.HTTPError, socket.gaierror) as error:
            name = type(error).__name__
            raise AttemptError(
                "transient", f"{self._field}: the connection to {self._url.host} failed ({name})."
            ) from None


def told(answer: object) -> str:
    """Return the error message in fal's JSON response `answer`; empty if there is none.

    The message is the value of `detail`, `error` or `message`. `detail` is a string, or for
    validation errors an array of objects with `loc` and `msg` (FastAPI's format).
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
    """Sleep for `seconds`. Call `check` at least every 0.2 seconds; its exception ends the wait."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        check()
        time.sleep(min(left, 0.2))


def _go_on() -> None:
    """Do nothing. Serves as a `Check` that never stops the work."""


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
