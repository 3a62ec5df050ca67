"""Download of the After Effects project to render: a team's template, or a template from a URL."""

import re
from pathlib import Path
from typing import Literal

from intarsia.fetching.fetch import FetchLimits, shown
from intarsia.projects.archive import extract_project
from intarsia.projects.errors import ProjectError
from intarsia.projects.reader import read_project
from intarsia.storage.objects import ObjectNotFoundError
from render_container.worker.errors import AttemptError
from render_container.worker.parallel import away
from render_container.worker.sources import from_url
from render_container.worker.work import RenderWork

LIMITS = FetchLimits(bytes=2 << 30, seconds=600)
"""Limits of the API contract for the download of a `template.src`: 2 GiB, 10 minutes."""

_TAIL = 64 << 10  # bytes

TemplateType = Literal["aep", "zip", "mogrt"]


def template(work: RenderWork) -> Path:
    """Download and unpack the job's template; return the path of its After Effects project.

    Raises AttemptError if the template cannot be downloaded or holds no usable project.
    """
    upload = work.folder / "template"
    if work.manifest.template_src is not None:
        kind = _from_url(work, work.manifest.template_src, upload)
    else:
        kind = _from_bucket(work, upload)
    folder = work.folder / "project"
    try:
        project = away(lambda: extract_project(upload, kind, folder), check=work.heartbeat.check)
        if work.manifest.template_src is not None:
            # Never introspected: read it first in a child process with limits of time and memory.
            away(lambda: read_project(project), check=work.heartbeat.check)
    except ProjectError as error:
        raise template_error(work, error) from error
    work.log.line(f"template: {upload.stat().st_size} bytes, project {project.name}")
    upload.unlink()
    return project


def template_error(work: RenderWork, error: ProjectError) -> AttemptError:
    """Return the AttemptError for a project that cannot be used because of `error`.

    Its message names the source of the project: `template.src` or the team's template.
    """
    if work.manifest.template_src is not None:
        return AttemptError("user", f"template.src: {error}")
    return AttemptError("user", f"The template cannot be used: {error}")


def _from_bucket(work: RenderWork, upload: Path) -> TemplateType:
    key, kind = work.manifest.template_key, work.manifest.template_type
    if key is None or kind is None:
        raise AttemptError("configuration", "The manifest names no template.")
    try:
        away(lambda: work.templates.download(key, upload), check=work.heartbeat.check)
    except ObjectNotFoundError:
        raise AttemptError("user", "The template's file has been deleted.") from None
    return kind


def _from_url(work: RenderWork, url: str, upload: Path) -> TemplateType:
    if not work.environment.allow_private_sources and not re.match("https://", url):
        raise AttemptError("user", "template.src: must be an https:// URL.")
    check = work.heartbeat.check
    what = f"template.src: the project at {shown(url)}"
    away(
        lambda: from_url(work, url, upload, what=what, check=check, limits=LIMITS),
        check=check,
    )
    kind = kind_of(upload)
    if kind is None:
        raise AttemptError(
            "user",
            f"{what} is neither an After Effects project (.aep), nor a zip of one, nor a Motion"
            " Graphics template (.mogrt).",
        )
    return kind


def kind_of(upload: Path) -> TemplateType | None:
    """Return the type of the template file `upload` by its content; None if it has none of them."""
    with upload.open("rb") as file:
        head = file.read(4)
        file.seek(max(0, file.seek(0, 2) - _TAIL))
        tail = file.read()
    if head == b"RIFX":
        return "aep"
    if head not in {b"PK\x03\x04", b"PK\x05\x06"}:
        return None
    # A zip's central directory is at its end, and short in a .mogrt: signature, 42 bytes, name.
    named = rb"PK\x01\x02.{42}project\.(ae|pr)graphic"
    return "mogrt" if re.search(named, tail, re.DOTALL) else "zip"
