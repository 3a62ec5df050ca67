"""The error for uploaded template files that cannot be used."""

from intarsia.domain.errors import IntarsiaError


class ProjectError(IntarsiaError):
    """Failure of the use of an uploaded template file (.aep, .zip or .mogrt).

    The message is one plain sentence for the client who uploaded the file.
    """
