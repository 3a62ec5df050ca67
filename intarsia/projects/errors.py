"""Errors of template files."""

from intarsia.domain.errors import IntarsiaError


class ProjectError(IntarsiaError):
    """A template file that cannot be used; the message is one plain sentence for its uploader."""
