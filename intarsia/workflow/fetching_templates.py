"""Fetching of templates that were created with a URL (`src`) into the templates bucket.

Introspection then reads the file, as it reads a file that a client uploads.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from intarsia.domain.templates import UPLOAD_LIMIT, Template
from intarsia.fetching.fetch import FetchLimits, SourceError, shown
from intarsia.fetching.google_drive import fetch_shared
from intarsia.storage.objects import Objects
from intarsia.storage.templates import TemplateRepository

SECONDS = 600
"""Limit in seconds for the whole download with its retries, as in the API's contract."""
LIMITS = FetchLimits(bytes=UPLOAD_LIMIT, seconds=SECONDS)


def fetch_template(
    templates: TemplateRepository,
    projects: Objects,
    template_id: str,
    *,
    allow_private: bool = False,
    limits: FetchLimits = LIMITS,
) -> Template | None:
    """Fetch a template's file into the bucket `projects`, or record why it cannot be fetched.

    `allow_private` permits a `src` at a private IP address. `limits.seconds` limits all tries
    together. Returns the updated template, or None if it no longer exists or has no `src`. Errors
    that the source did not cause are raised, so that Lambda retries.
    """
    template = templates.get(template_id)
    if template is None or template.src is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "source"
        try:
            check = _Deadline(time.monotonic() + limits.seconds, limits.seconds).check
            fetch_shared(
                template.src, path, check=check, allow_private=allow_private, limits=limits
            )
        except SourceError as error:
            reason = f"src: the file at {shown(template.src)} {error}."
            templates.give_up(template, reason)
        else:
            projects.upload(path, template.key, "application/octet-stream")
    return templates.get(template_id)


@dataclass(frozen=True)
class _Deadline:
    """A time limit for all tries to fetch a file together."""

    at: float
    """End of the time limit, in seconds of the monotonic clock."""
    seconds: float

    def check(self) -> None:
        if time.monotonic() > self.at:
            raise SourceError(f"takes longer than {self.seconds:g} seconds to download")
