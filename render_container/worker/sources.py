"""Download of single source files of a job. Safe between threads."""

from pathlib import Path

from intarsia.domain.output_urls import OutputUrl
from intarsia.fetching.fetch import FetchLimits, SourceError, fetch
from intarsia.storage.objects import ObjectNotFoundError
from render_container.worker.errors import AttemptError, Kind
from render_container.worker.parallel import Check
from render_container.worker.work import AnyWork


def from_url(
    work: AnyWork,
    url: str,
    path: Path,
    *,
    what: str,
    check: Check,
    limits: FetchLimits | None = None,
) -> int:
    """Download `url` to `path` and return its size in bytes.

    `what` names the file in messages. `check` is called often; it raises if the work must stop.
    `limits` None: the defaults of `FetchLimits`. If the API runs on this machine, outputs at its
    URLs are read from the renders bucket, because requests to this machine are forbidden.

    Raises AttemptError if the file cannot be downloaded within the limits.
    """
    origin = work.environment.public_url
    if origin and (output := OutputUrl.read(url, origin)):
        return _from_output(work, output, path, what=what, limits=limits or FetchLimits())
    allow_private = work.environment.allow_private_sources
    try:
        got = fetch(url, path, check=check, allow_private=allow_private, limits=limits)
    except SourceError as error:
        blame: Kind = "transient" if error.transient else "user"
        raise AttemptError(blame, f"{what} {error}.") from error
    work.log.line(f"{what}: {got.bytes} bytes, sha256 {got.sha256}")
    return got.bytes


def _from_output(
    work: AnyWork, url: OutputUrl, path: Path, *, what: str, limits: FetchLimits
) -> int:
    """Download another job's output from the renders bucket to `path`; return its size in bytes.

    The job may be another team's, because the token in `url` permits access without an API key.
    Raises AttemptError if the output does not exist or is larger than `limits` allow.
    """
    job = work.jobs.get(url.job_id)
    if job is None or not url.leads_to(job):
        raise AttemptError("user", f"{what} does not exist, or its job has not finished.")
    size = work.renders.size(job.output_key)
    if size is None:
        raise AttemptError("user", f"{what} no longer exists.")
    if size > limits.bytes:
        raise AttemptError("user", f"{what} is larger than {limits.bytes} bytes.")
    work.renders.download(job.output_key, path)
    work.log.line(f"{what}: {size} bytes, from the bucket")
    return size


def from_child(work: AnyWork, key: str | None, path: Path, *, what: str) -> int:
    """Download a child's output from the renders bucket to `path`; return its size in bytes.

    `key` is the output's key in the bucket; None if the manifest's slot was never filled. `what`
    names the output in messages. Raises AttemptError if `key` is None, or if the output no longer
    exists or is a zip of pictures.
    """
    if key is None:
        raise AttemptError("configuration", f"{what} is missing from the manifest.")
    if key.endswith(".zip"):
        raise AttemptError(
            "user",
            f"{what} is a sequence of pictures, which a layer cannot take; request a video or a"
            " single frame.",
        )
    try:
        work.renders.download(key, path)
    except ObjectNotFoundError:
        raise AttemptError("transient", f"{what} no longer exists.") from None
    size = path.stat().st_size
    work.log.line(f"{what}: {size} bytes")
    return size
