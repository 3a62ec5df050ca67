"""What the job's manifest says."""

from pydantic import ValidationError

from intarsia.domain.manifests import AnyManifest, manifest_key, parse_manifest
from intarsia.storage.objects import ObjectNotFoundError, Objects
from render_container.worker.errors import AttemptError
from render_container.worker.logbook import Logbook


def read_manifest(job_id: str, renders: Objects, log: Logbook) -> AnyManifest:
    """The manifest of a job. Raises AttemptError."""
    try:
        return parse_manifest(renders.get_text(manifest_key(job_id)))
    except ObjectNotFoundError:
        raise AttemptError("configuration", "The job's manifest is missing.") from None
    except ValidationError as error:
        log.line(str(error))
        raise AttemptError("configuration", "The job's manifest cannot be read.") from error
