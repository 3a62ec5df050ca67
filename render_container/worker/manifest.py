"""Reading of a job's manifest from the renders bucket."""

from pydantic import ValidationError

from intarsia.domain.jobs import Job
from intarsia.domain.manifests import AnyManifest
from intarsia.storage.manifests import ManifestStore
from intarsia.storage.objects import ObjectNotFoundError, Objects
from render_container.worker.errors import AttemptError
from render_container.worker.logbook import Logbook


def read_manifest(job: Job, renders: Objects, log: Logbook) -> AnyManifest:
    """Return the manifest of a job, read from the bucket `renders`.

    Raises AttemptError if the manifest is missing or invalid. Writes the details of an invalid one
    to `log`.
    """
    try:
        return ManifestStore(renders).get(job)
    except ObjectNotFoundError:
        raise AttemptError("configuration", "The job's manifest is missing.") from None
    except ValidationError as error:
        log.line(str(error))
        raise AttemptError(
            "configuration", "The job's manifest is invalid; the log has the details."
        ) from error
