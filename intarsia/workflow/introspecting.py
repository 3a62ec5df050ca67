"""Introspect: an upload is read once, and what is in it is kept beside it."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from intarsia.domain.templates import UPLOAD_LIMIT, Contents, Template, TemplateStatus
from intarsia.projects.archive import extract_project
from intarsia.projects.errors import ProjectError
from intarsia.projects.facts import ProjectFacts
from intarsia.projects.reader import read_project
from intarsia.storage.objects import Objects
from intarsia.storage.templates import TemplateRepository

FAULT = "The file could not be read for a fault of this installation; upload it again."
NAMES_LIMIT = 50_000
"""Bytes of each list of names kept with a template: an item of the table has 400 KB at most."""


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
    except Exception:
        # Nobody waits for ever; a further try of the function sets it right if it succeeds.
        templates.settle(template.id, TemplateStatus.ERROR, error=FAULT)
        raise
    else:
        projects.put_text(template.facts_key, facts.model_dump_json(exclude_defaults=True))
        templates.settle(template.id, TemplateStatus.UPLOADED, contents=_contents(facts))
    return templates.get(template.id)


def _contents(facts: ProjectFacts) -> Contents:
    effects = (effect.name for layer in facts.layers for effect in layer.effects)
    return Contents(
        compositions=_fitting(comp.name for comp in facts.compositions),
        layers=_fitting(layer.name for layer in facts.layers),
        fonts=_fitting(font.postscript_name for font in facts.fonts),
        effects=_fitting(effects),
        missing_footage=_fitting(item.name for item in facts.missing_footage),
        warnings=_fitting(facts.warnings),
    )


def _fitting(names: Iterable[str]) -> list[str]:
    """Each name once, as many as fit."""
    once = list(dict.fromkeys(names))
    sizes = accumulate(len(name.encode()) + 4 for name in once)
    return [name for name, size in zip(once, sizes, strict=True) if size <= NAMES_LIMIT]


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
