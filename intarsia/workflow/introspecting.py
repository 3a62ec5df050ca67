"""Introspect: an upload is read once, and what is in it is kept beside it."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from intarsia.domain.templates import UPLOAD_LIMIT, Template, TemplateStatus
from intarsia.projects.archive import extract_project
from intarsia.projects.errors import ProjectError
from intarsia.projects.facts import ProjectFacts
from intarsia.projects.reader import read_project
from intarsia.storage.objects import Objects
from intarsia.storage.templates import TemplateRepository


@dataclass(frozen=True)
class Upload:
    """An upload that has arrived."""

    template_id: str
    key: str
    size: int  # bytes


def upload_of(key: str, size: int) -> Upload | None:
    """The upload that an object is: `templates/<team>/<template>/source.<type>`, or None."""
    parts = key.split("/")
    if len(parts) != 4 or not parts[3].startswith("source."):
        return None
    return Upload(template_id=parts[2], key=key, size=size)


def introspect(templates: TemplateRepository, projects: Objects, upload: Upload) -> Template | None:
    """Read an upload and record what was found, or in plain words why it cannot be used.

    Returns the template as it stands then, None if it was deleted meanwhile.
    """
    template = templates.get(upload.template_id)
    if template is None or template.key != upload.key:
        return None
    templates.settle(template.id, TemplateStatus.PROCESSING)
    try:
        facts = _read(projects, template, upload)
    except ProjectError as error:
        templates.settle(template.id, TemplateStatus.ERROR, error=str(error))
    else:
        projects.put_text(template.facts_key, facts.model_dump_json(exclude_defaults=True))
        templates.settle(
            template.id,
            TemplateStatus.UPLOADED,
            compositions=[comp.name for comp in facts.compositions],
            layers=list(dict.fromkeys(layer.name for layer in facts.layers)),
        )
    return templates.get(template.id)


def _read(projects: Objects, template: Template, upload: Upload) -> ProjectFacts:
    if upload.size > UPLOAD_LIMIT:
        raise ProjectError(
            f"The file has {upload.size} bytes; a template has {UPLOAD_LIMIT} at most."
        )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"source.{template.type}"
        projects.download(upload.key, source)
        root = Path(folder) / "project"
        return read_project(extract_project(source, template.type, root), root=root)
