"""Deletion of templates: the record in the table first, then the files in the bucket.

This order prevents a job from starting with a template whose files are gone.
"""

from intarsia.domain.errors import ConflictError
from intarsia.domain.templates import Template, template_folder
from intarsia.storage.jobs import JobRepository
from intarsia.storage.objects import Objects
from intarsia.storage.templates import TemplateRepository


def delete_template(
    templates: TemplateRepository, projects: Objects, jobs: JobRepository, template: Template
) -> None:
    """Delete a template with all its uploads; the outputs of its jobs stay.

    Raises ConflictError while a job that has not ended uses the template.
    """
    if jobs.active_with_template(template.team_id, template.id):
        raise ConflictError(f"template {template.id} is used by jobs that have not ended")
    templates.delete(template.id)
    remove_files(projects, template.team_id, template.id)


def remove_files(projects: Objects, team_id: str, template_id: str) -> None:
    """Delete all files of a template, even if its record is already gone."""
    projects.delete_folder(template_folder(team_id, template_id))
