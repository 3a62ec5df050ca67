"""Introspection: reading of each uploaded template once, and storage of its contents beside it."""

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

from intarsia.domain.ids import now
from intarsia.domain.templates import (
    UPLOAD_LIMIT,
    Contents,
    Template,
    TemplateStatus,
    facts_key,
    template_folder,
)
from intarsia.names import TEMPLATES_PREFIX
from intarsia.projects.archive import extract_project
from intarsia.projects.errors import ProjectError
from intarsia.projects.facts import ProjectFacts
from intarsia.projects.mogrt import mogrt_view
from intarsia.projects.reader import read_project
from intarsia.storage.objects import ObjectNotFoundError, Objects
from intarsia.storage.templates import TemplateRepository

FAULT = "The file could not be read because of an internal error; upload it again."
NAMES_LIMIT = 50_000
"""Most bytes of each list of names in a template's item.

DynamoDB allows 400 KB per item, which holds several such lists.
"""


@dataclass(frozen=True)
class Upload:
    """A template file that has arrived in the templates bucket."""

    template_id: str
    key: str
    size: int  # bytes
    arrived: datetime = field(default_factory=now)


def upload_of(key: str, size: int, arrived: datetime) -> Upload | None:
    """Return the template upload that the S3 object `key` is, or None if it is not a template.

    `size` is in bytes, `arrived` is the time of the upload. Template keys are
    `templates/<team>/<template>/<upload>/source.<type>`.
    """
    parts = key.split("/")
    ours = key.startswith(TEMPLATES_PREFIX) and len(parts) == 5
    if not ours or not parts[4].startswith("source."):
        return None
    return Upload(template_id=parts[2], key=key, size=size, arrived=arrived)


def introspect(templates: TemplateRepository, projects: Objects, upload: Upload) -> Template | None:
    """Read an uploaded template, and record its contents or the reason why it cannot be used.

    Returns the updated template. Returns None if the template was deleted or has a later upload,
    or if the upload is not in the template's folder. An unexpected exception is recorded as the
    text FAULT and raised again.
    """
    known = templates.get(upload.template_id)
    if known is not None and not upload.key.startswith(template_folder(known.team_id, known.id)):
        return None
    template = known and templates.begin_reading(
        known.id,
        key=upload.key,
        facts_key=facts_key(known.team_id, known.id),
        arrived=upload.arrived,
    )
    if template:
        _record(templates, projects, template, upload)
    after = templates.get(upload.template_id)
    if after is None:  # deleted, with its other files, before these were written
        for key in [upload.key] + ([template.facts_key] if template else []):
            projects.delete(key)
    return after if template else None


def _record(
    templates: TemplateRepository, projects: Objects, template: Template, upload: Upload
) -> None:
    reading = template.facts_key
    try:
        facts = _read(projects, template, upload)
    except ProjectError as error:
        templates.settle(template.id, reading, TemplateStatus.ERROR, error=str(error))
    except Exception:
        # Recorded so that no client polls for ever. A successful retry by Lambda overwrites it.
        templates.settle(template.id, reading, TemplateStatus.ERROR, error=FAULT)
        raise
    else:
        projects.put_text(reading, facts.model_dump_json(exclude_defaults=True))
        contents = _contents(facts)
        templates.settle(template.id, reading, TemplateStatus.UPLOADED, contents=contents)


def _contents(facts: ProjectFacts) -> Contents:
    effects = (effect.name for layer in facts.layers for effect in layer.effects)
    return Contents(
        compositions=_fitting(comp.name for comp in facts.compositions),
        layers=_fitting(layer.name for layer in facts.layers),
        fonts=_fitting(font.postscript_name for font in facts.fonts),
        effects=_fitting(effects),
        missing_footage=_fitting(item.name for item in facts.missing_footage),
        warnings=_fitting(facts.warnings),
        mogrt=_fitting_mogrt(mogrt_view(facts)),
    )


def _fitting(names: Iterable[str]) -> list[str]:
    """Return the names in order and without duplicates, as many as fit into NAMES_LIMIT."""
    once = list(dict.fromkeys(names))
    sizes = accumulate(len(name.encode()) + 4 for name in once)
    return [name for name, size in zip(once, sizes, strict=True) if size <= NAMES_LIMIT]


def _fitting_mogrt(view: dict[str, Any]) -> dict[str, Any]:
    """Return the view of a .mogrt with as many of its controls as fit into NAMES_LIMIT."""
    controls = view.get("controls", [])
    sizes = accumulate(len(json.dumps(control)) for control in controls)
    fitting = [each for each, size in zip(controls, sizes, strict=True) if size <= NAMES_LIMIT]
    return view | {"controls": fitting} if controls else view


def _read(projects: Objects, template: Template, upload: Upload) -> ProjectFacts:
    if upload.size > UPLOAD_LIMIT:
        raise ProjectError(f"The file has {upload.size} bytes; the limit is {UPLOAD_LIMIT}.")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"source.{template.type}"
        try:
            projects.download(upload.key, source)
        except ObjectNotFoundError:
            raise ProjectError("The file has been deleted; upload it again.") from None
        root = Path(folder) / "project"
        return read_project(extract_project(source, template.type, root), root=root)
