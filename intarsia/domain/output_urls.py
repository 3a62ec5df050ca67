"""Capability URLs of outputs: each contains a secret token, so that no API key is required."""

import hmac
import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from intarsia.domain.jobs import Job
from intarsia.domain.states import Status

_PATH = re.compile(r"/api/v2/outputs/([^/]+)/([^/]+)/([^/]+)")
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True)
class OutputUrl:
    """The parts of `<origin>/api/v2/outputs/<job>/<token>/<name>`."""

    job_id: str
    token: str
    name: str

    @classmethod
    def read(cls, url: str, origin: str) -> Self | None:
        """Return the parts of `url` if it is an output's URL under `origin`; else None.

        `origin` is the API's scheme, host and port. `localhost` and `127.0.0.1` count as the same
        host.
        """
        try:
            given, own = urlsplit(url), urlsplit(origin)
            same = _place(given.scheme, given.hostname, given.port) == _place(
                own.scheme, own.hostname, own.port
            )
        except ValueError:
            return None
        path = _PATH.fullmatch(given.path)
        if not same or path is None or "@" in given.netloc:
            return None
        return cls(*map(unquote, path.groups()))

    def leads_to(self, job: Job | None) -> bool:
        """Return whether `job` has finished and this is the URL of its output; False for None."""
        if job is None or job.id != self.job_id or job.status is not Status.FINISHED:
            return False
        known = hmac.compare_digest(job.output_token.encode(), self.token.encode())
        return known and job.output_name == self.name


def _place(scheme: str, host: str | None, port: int | None) -> tuple[str, str | None, int]:
    named = "127.0.0.1" if host in _LOOPBACK else host
    return scheme, named, port or (443 if scheme == "https" else 80)
