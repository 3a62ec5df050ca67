"""Routes of `/api/v2/templates`: creation, reading, renaming and deletion of a team's templates."""

import re
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia.domain.errors import GoneError, NotFoundError
from intarsia.domain.ids import TEMPLATE_ID_PATTERN, new_id, now
from intarsia.domain.requests import parse
from intarsia.domain.template_views import (
    DownloadUrlView,
    UploadInfoView,
    created_template_view,
    template_view,
)
from intarsia.domain.templates import (
    URL_SECONDS,
    Template,
    TemplateRequest,
    TemplateStatus,
    TemplateUpdate,
    facts_key,
    file_name,
    upload_key,
)
from intarsia.workflow.deleting_templates import delete_template, remove_files
from intarsia.workflow.stuck_templates import freed
from lambdas import dependencies
from lambdas.api.requests import body_of, team_of
from lambdas.api.responses import json_response

LIST_LIMIT = 4_000_000
"""Largest list of templates with their contents, in bytes. Lambda limits a response to 6 MB."""
WITHOUT_NAMES: dict[str, Any] = {
    "compositions": [],
    "layers": [],
    "fonts": [],
    "effects": [],
    "missing_footage": [],
    "warnings": [
        "The contents are left out because the list is too long; get the template by its id."
    ],
    "mogrt": {},
}
"""Replacement for the contents of each template in a list larger than LIST_LIMIT."""

router = Router()


@router.post("/api/v2/templates")
def create_template() -> Response[str]:
    """Create a template from the JSON body, and return it (201).

    Its file is then fetched from `src`, or uploaded by the client to the presigned URL in the
    response. Raises RequestError for an invalid body.
    """
    request = parse(TemplateRequest, body_of(router))
    team_id, template_id, moment = team_of(router), new_id(), now()
    template = Template(
        id=template_id,
        team_id=team_id,
        type=request.type,
        display_name=request.display_name,
        status=TemplateStatus.DOWNLOADING if request.src else TemplateStatus.AWAITING_UPLOAD,
        key=upload_key(team_id, template_id, request.type),
        facts_key=facts_key(team_id, template_id),
        src=request.src,
        created_at=moment,
        updated_at=moment,
    )
    dependencies.templates().put(template)
    # Clients read either of two forms: the specification is flat, the live API nests.
    upload_info = None if request.src else _upload_info(template.key)
    return json_response(201, created_template_view(template, upload_info))


@router.get("/api/v2/templates")
def list_templates() -> Response[str]:
    """Return the team's templates as a bare JSON array.

    If they have more than LIST_LIMIT bytes, WITHOUT_NAMES replaces the contents of each.
    """
    views = [template_view(template) for template in own_templates(router)]
    lengths = sum(len(view.model_dump_json()) for view in views)
    if lengths > LIST_LIMIT:
        views = [view.model_copy(update=WITHOUT_NAMES) for view in views]
    return json_response(200, views)


@router.get("/api/v2/templates/<template_id>")
def get_template(template_id: str) -> Response[str]:
    """Return one template. Raises NotFoundError if the team has no such template."""
    return json_response(200, template_view(own_template(router, template_id)))


@router.patch("/api/v2/templates/<template_id>")
def update_template(template_id: str) -> Response[str]:
    """Rename a template, and return it; without a name in the body, return it unchanged.

    Raises RequestError for an invalid body, and NotFoundError if the team has no such template.
    """
    template = own_template(router, template_id)
    name = parse(TemplateUpdate, body_of(router)).display_name
    if name:
        renamed = dependencies.templates().rename(template.id, name)
        if renamed is None:
            raise _unknown(template_id)
        template = renamed
    return json_response(200, template_view(template))


@router.delete("/api/v2/templates/<template_id>")
def remove_template(template_id: str) -> Response[str]:
    """Delete a template and its files (204).

    Raises NotFoundError if the team has no such template, and ConflictError while a job that has
    not ended uses it.
    """
    templates, projects = dependencies.templates(), dependencies.projects()
    try:
        template = own_template(router, template_id)
    except NotFoundError:
        if re.fullmatch(TEMPLATE_ID_PATTERN, template_id):
            # An interrupted deletion may have left files: a repeated request removes them.
            remove_files(projects, team_of(router), template_id)
        raise
    delete_template(templates, projects, dependencies.jobs(), template)
    return Response(status_code=204, body="")  # the emulator cannot send None as a body


@router.get("/api/v2/templates/<template_id>/download")
def get_download_url(template_id: str) -> Response[str]:
    """Return a presigned URL for downloading the template's file.

    Raises GoneError if there is no file, and NotFoundError if the team has no such template.
    """
    template = own_template(router, template_id)
    projects = dependencies.projects()
    if projects.size(template.key) is None:
        raise GoneError(f"template {template.id} has no file: its status is {template.status}")
    url = projects.presign_get(template.key, URL_SECONDS, file_name=file_name(template))
    return json_response(200, DownloadUrlView(url=url))


@router.get("/api/v2/templates/<template_id>/upload")
def get_download_url_by_its_old_name(template_id: str) -> Response[str]:
    """Return the same as `get_download_url`, under the path that older clients request."""
    return get_download_url(template_id)


@router.put("/api/v2/templates/<template_id>/upload")
def renew_upload(template_id: str) -> Response[str]:
    """Return a new presigned URL to upload the template's file, for the first time or again.

    An existing file stays in use until the new one has arrived. Raises NotFoundError if the team
    has no such template.
    """
    template = own_template(router, template_id)
    if template.status is TemplateStatus.ERROR:
        dependencies.templates().await_upload(template)
    return json_response(
        200, _upload_info(upload_key(template.team_id, template.id, template.type))
    )


def own_template(current: Router, template_id: str) -> Template:
    """Return one of the requesting team's templates.

    If its download or reading has stalled, it is first ended with the status `error`. `current` is
    the router of the request. Raises NotFoundError if the team has no such template.
    """
    if not re.fullmatch(TEMPLATE_ID_PATTERN, template_id):
        raise _unknown(template_id)
    templates = dependencies.templates()
    template = templates.get(template_id)
    if template is None or template.team_id != team_of(current):
        raise _unknown(template_id)
    return freed(templates, template, now())


def own_templates(current: Router) -> list[Template]:
    """Return all templates of the requesting team, oldest first.

    Those whose download or reading has stalled are first ended with the status `error`. `current`
    is the router of the request.
    """
    templates, moment = dependencies.templates(), now()
    return [
        freed(templates, template, moment) for template in templates.list_by_team(team_of(current))
    ]


def _unknown(template_id: str) -> NotFoundError:
    return NotFoundError(f"template {template_id} not found")


def _upload_info(key: str) -> UploadInfoView:
    return UploadInfoView(
        url=dependencies.projects().presign_put(key, URL_SECONDS),
        method="PUT",
        expires_in=URL_SECONDS,
        key=key,
    )
