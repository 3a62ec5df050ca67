"""Webhooks: the HTTP request that reports the end of a job to the client's receiver."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictStr

from intarsia.domain.fields import Model, Source
from intarsia.domain.job_views import JobView
from intarsia.domain.jobs import Job

OURS = frozenset(
    {"connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate"}
    | {"proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
    | {"webhook-id"}
)
"""Names, in lower case, of the headers that only Intarsia may set; a client's are rejected.

They control how one request is sent (RFC 9110, 7.6.1) or identify it (`webhook-id`).
"""

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}")  # RFC 9110, 5.6.2
_VALUE_LIMIT = 4096  # characters


def is_header_value(text: str) -> bool:
    """Return whether an HTTP header can have this value: one line, no control character but tab."""
    return not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", text)


def _sendable(headers: dict[str, str]) -> dict[str, str]:
    # No message may quote a value: it may be a password.
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is not a valid name of an HTTP header")
        if name.lower() in OURS:
            raise ValueError(f"the header {name} is set by Intarsia; leave it out")
        if not is_header_value(value) or len(value) > _VALUE_LIMIT:
            raise ValueError(
                f"the header {name} must be one line of {_VALUE_LIMIT} characters at most, "
                "without control characters"
            )
    return headers


Headers = Annotated[dict[StrictStr, StrictStr], Field(max_length=50), AfterValidator(_sendable)]


def webhook_key(job_id: str) -> str:
    """Return the key of the object in the renders bucket that stores a job's webhook."""
    return f"jobs/{job_id}/webhook.json"


class Webhook(Model):
    """The HTTP request to send when a job has ended. Its strings may contain `${secrets.NAME}`."""

    url: Source
    method: Literal["GET", "POST", "PUT", "DELETE"] = "POST"
    headers: Headers = Field(default_factory=dict)
    data: dict[str, Any] | None = None
    custom: StrictBool = False
    """Whether the body is `data` only, without the job."""


def delivery_id(job: Job) -> str:
    """Return the value of the header `webhook-id` for the end of a job.

    It is the same in every retry, so that receivers can deduplicate.
    """
    return f"{job.id}-{job.status.value}"


def payload(webhook: Webhook, job: JobView) -> dict[str, Any]:
    """Return the JSON body to send to the receiver of a webhook.

    It is `job`, as returned by GET /jobs/{id}, with the client's `data` and with the fields
    `state`, `finishedAt` and `renderDuration` for receivers of 2025. With `webhook.custom`, it is
    the client's `data` only, or an empty object if there is none.
    """
    if webhook.custom:
        return webhook.data or {}
    body = job.body()
    stats = body["stats"]
    return body | {
        "state": body["status"],
        "finishedAt": stats["finishedAt"],
        "renderDuration": stats["renderDuration"],
        "data": webhook.data,
    }
