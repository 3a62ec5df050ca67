"""Webhook delivery: one HTTP request to the URL of a job's webhook, after the job has ended.

The URL, headers and body may contain secrets, and so may an exception's text (h11 quotes a header
that it rejects). Every error raised here therefore has its own message and no exception as cause.
"""

import json
import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from threading import Thread

import httpx
from pydantic import ValidationError

from intarsia.domain.job_views import job_view
from intarsia.domain.jobs import Job
from intarsia.domain.secret_references import resolved
from intarsia.domain.webhooks import (
    Webhook,
    delivery_id,
    is_header_value,
    payload,
    webhook_key,
)
from intarsia.fetching.addresses import (
    CheckedTransport,
    ForbiddenAddressError,
    UnknownHostError,
)
from intarsia.storage.jobs import JobRepository
from intarsia.storage.objects import ObjectNotFoundError, Objects
from intarsia.storage.secrets import SecretNotFoundError, SecretValues

LIMIT = 10.0  # seconds from DNS lookup to response headers
BACKOFF = 6  # factor from each pause to the next

for _name in ("httpx", "httpcore"):
    # They log the URL and headers of each request, which may hold secrets.
    logging.getLogger(_name).setLevel(logging.WARNING)


class DeliveryError(Exception):
    """Failure to deliver a webhook. The message contains no secret."""

    def __init__(self, message: str, *, again: bool) -> None:
        """Create the error; `again` is True if a retry of the delivery may succeed."""
        super().__init__(message)
        self.again = again


@dataclass(frozen=True)
class Stores:
    """The stores from which a delivery reads the job, its webhook and the team's secrets."""

    jobs: JobRepository
    renders: Objects
    secrets: SecretValues


def notify(
    stores: Stores,
    job_id: str,
    *,
    origin: str,
    allow_private: bool = False,
    limit: float = LIMIT,
) -> int:
    """Send a job's webhook, and return the status code of the response, always 2xx.

    URLs in the payload begin with `origin`, the API's scheme and host. `allow_private` permits
    private addresses. `limit` is in seconds, from the DNS lookup to the response's headers. Raises
    DeliveryError if the request cannot be sent, or the response is late or not 2xx.
    """
    job = stores.jobs.get(job_id)
    if job is None:
        raise DeliveryError("the job no longer exists", again=False)
    webhook = _resolved(_webhook(stores.renders, job_id), job, stores.secrets)
    request = _request(webhook, job, _body(webhook, job, stores.jobs, origin))
    code = _answer(request, allow_private, limit)
    if not 200 <= code < 300:
        # "The target resource is no longer available", and that "is likely to be permanent"
        # (RFC 9110, 15.5.11): a receiver answers 410 to end the retries.
        raise DeliveryError(f"the receiver returned {code}", again=code != HTTPStatus.GONE)
    return code


def pause_after(attempt: int, first: float) -> int:
    """Return the seconds to wait after a failed delivery.

    `attempt` is its number, counted from 1. `first` is the pause after the first attempt, in
    seconds; each later pause is BACKOFF times longer.
    """
    pause: float = first * BACKOFF ** (attempt - 1)
    return round(pause)


def _webhook(renders: Objects, job_id: str) -> Webhook:
    try:
        return Webhook.model_validate_json(renders.get_text(webhook_key(job_id)))
    except ObjectNotFoundError:
        raise DeliveryError("the job's webhook is no longer stored", again=False) from None
    except ValidationError:
        raise DeliveryError("the job's stored webhook is invalid", again=False) from None


def _resolved(webhook: Webhook, job: Job, secrets: SecretValues) -> Webhook:
    fields = webhook.model_dump(include={"url", "headers", "data"})
    try:
        return webhook.model_copy(update=resolved(fields, partial(secrets.get, job.team_id)))
    except SecretNotFoundError as error:
        raise DeliveryError(str(error), again=False) from None


def _body(webhook: Webhook, job: Job, jobs: JobRepository, origin: str) -> bytes | None:
    """Return the JSON body of the request, or None for a GET.

    A GET has none, because its content "has no generally defined semantics" (RFC 9110, 9.3.1).
    """
    if webhook.method == "GET":
        return None
    return json.dumps(payload(webhook, job_view(job, origin, tree=jobs.trees([job])))).encode()


def _request(webhook: Webhook, job: Job, body: bytes | None) -> httpx.Request:
    headers = httpx.Headers({"User-Agent": "Intarsia", "Accept": "*/*", "Connection": "close"})
    if body is not None:
        headers["Content-Type"] = "application/json"
    headers.update(httpx.Headers([_header(*each) for each in webhook.headers.items()]))
    headers["webhook-id"] = delivery_id(job)
    invalid = DeliveryError("url is not a valid http:// or https:// URL", again=False)
    try:
        url = httpx.URL(webhook.url.strip())
        usable = url.scheme in {"http", "https"} and url.host
    except (httpx.InvalidURL, UnicodeError):  # UnicodeError: an invalid international host name
        usable = False
    if not usable:
        raise invalid
    return httpx.Request(webhook.method, url, headers=headers, content=body)


def _header(name: str, value: str) -> tuple[bytes, bytes]:
    value = value.strip()  # a secret that was read from a file often ends in a newline
    if not is_header_value(value):
        raise DeliveryError(
            f"the header {name} contains line breaks or control characters", again=False
        )
    return name.encode(), value.encode()


def _answer(request: httpx.Request, allow_private: bool, limit: float) -> int:
    """Send the request, and return the response's status code without reading the body.

    Raises DeliveryError if there is no response within `limit` seconds.
    """
    client = httpx.Client(
        transport=CheckedTransport(allow_private=allow_private), timeout=limit, trust_env=False
    )

    def send() -> int:
        response = client.send(request, stream=True)  # no redirect is followed
        response.close()
        return response.status_code

    try:
        with client:  # after a timeout, closing it cuts the connection
            return _within(limit, send)
    except ForbiddenAddressError as error:
        raise DeliveryError(
            f"url leads to {error.what}, which is not allowed", again=False
        ) from None
    except UnknownHostError:
        raise DeliveryError("the host or port in url does not exist", again=True) from None
    except (TimeoutError, httpx.TimeoutException):
        raise DeliveryError(f"no response within {limit:g} seconds", again=True) from None
    except (httpx.HTTPError, OSError) as error:
        kind = type(error).__name__
        raise DeliveryError(f"the connection failed ({kind})", again=True) from None


def _within(seconds: float, call: Callable[[], int]) -> int:
    """Return or raise the outcome of `call`; raise TimeoutError after `seconds`.

    The timeouts of httpx limit only each read, so they would not stop a receiver that sends its
    headers byte by byte. `call` runs in a daemon thread, which may outlive the timeout.
    """
    outcome: Future[int] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except Exception as error:  # noqa: BLE001 - raised again by result()
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    return outcome.result(seconds)
