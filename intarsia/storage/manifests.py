"""Manifests in the renders bucket: one object per submission, one line per job.

A submission can have a thousand jobs. One S3 request for each would take longer than the client
waits.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate

from intarsia.domain.jobs import Job, Span
from intarsia.domain.manifests import AnyManifest, manifest_key, parse_manifest
from intarsia.storage.objects import Objects


class ManifestStore:
    """The manifests in the renders bucket."""

    def __init__(self, renders: Objects) -> None:
        self._renders = renders

    def put_all(self, submission_id: str, manifests: Sequence[AnyManifest]) -> Mapping[str, Span]:
        """Store the manifests of a submission, and return the place of each one by job id.

        `submission_id` becomes part of the object's key.
        """
        key = f"jobs/{submission_id}/manifests.jsonl"
        lines = [manifest.model_dump_json(by_alias=True).encode() for manifest in manifests]
        starts = accumulate((len(line) + 1 for line in lines), initial=0)
        self._renders.put_bytes(key, b"\n".join(lines), "application/jsonl")
        return {
            manifest.job_id: Span(key=key, start=start, length=len(line))
            for manifest, line, start in zip(manifests, lines, starts, strict=False)
        }

    def put(self, manifest: AnyManifest) -> None:
        """Store one manifest at its job's own key."""
        text = manifest.model_dump_json(by_alias=True)
        self._renders.put_text(manifest_key(manifest.job_id), text)

    def get(self, job: Job) -> AnyManifest:
        """Return a job's manifest.

        Raises ObjectNotFoundError if it is not stored, and pydantic.ValidationError if it is
        invalid.
        """
        if job.manifest is None:
            return parse_manifest(self._renders.get_text(manifest_key(job.id)))
        return parse_manifest(self._renders.get_part(job.manifest))
