"""A template is deleted: its record first, then its files, so that no job begins without them."""

from intarsia.domain.errors import ConflictError
from intarsia.domain.templates import Template, template_folder
from intarsia.storage.jobs import JobRepository
from intarsia.storage.objects import Objects
from intarsia.storage.templates import TemplateRepository


def delete_template(
    templates: TemplateRepository, projects: Objects, jobs: JobRepository, template: Template
) -> None:
    """Remove a template with all its uploads; outputs of its jobs stay.

    Raises ConflictError while jobs that have not ended use it.
    """
    if jobs.active_with_template(template.team_id, template.id):
        raise ConflictError(f"template {template.id} is used by jobs that have not ended")
    templates.delete(template.id)
    remove_files(projects, template.team_id, template.id)


def remove_files(projects: Objects, team_id: str, template_id: str) -> None:
    """Remove all files of a template, also of one whose record is gone already."""
    projects.delete_folder(template_folder(team_id, template_id))
