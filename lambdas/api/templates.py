"""`/api/v2/templates`."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia.domain.errors import NotFoundError
from intarsia.domain.ids import new_id, now
from intarsia.domain.templates import (
    UPLOAD_URL_SECONDS,
    Template,
    TemplateStatus,
    facts_key,
    parse_template_request,
    template_view,
    upload_key,
)
from lambdas import dependencies
from lambdas.api.requests import body_of, team_of
from lambdas.api.responses import json_response

router = Router()


@router.post("/api/v2/templates")
def create_template() -> Response[str]:
    """Register a template; its file comes by a presigned PUT."""
    request = parse_template_request(body_of(router))
    team_id, template_id, moment = team_of(router), new_id(), now()
    template = Template(
        id=template_id,
        team_id=team_id,
        type=request.type,
        display_name=request.display_name,
        status=TemplateStatus.AWAITING_UPLOAD,
        key=upload_key(team_id, template_id, request.type),
        facts_key=facts_key(team_id, template_id),
        created_at=moment,
        updated_at=moment,
    )
    dependencies.templates().put(template)
    view = template_view(template)
    # The specification is flat, the live API nests: clients read the one or the other.
    return json_response(201, view | {"template": view, "uploadInfo": _upload_info(template)})


@router.get("/api/v2/templates")
def list_templates() -> Response[str]:
    """A bare array of the team's templates."""
    found = dependencies.templates().list_by_team(team_of(router))
    return json_response(200, [template_view(template) for template in found])


@router.get("/api/v2/templates/<template_id>")
def get_template(template_id: str) -> Response[str]:
    """One template."""
    return json_response(200, template_view(own_template(router, template_id)))


@router.put("/api/v2/templates/<template_id>/upload")
def renew_upload(template_id: str) -> Response[str]:
    """A fresh URL to upload the template's file, the first time or again."""
    return json_response(200, _upload_info(own_template(router, template_id)))


def own_template(current: Router, template_id: str) -> Template:
    """A template of the asking team. Raises NotFoundError."""
    template = dependencies.templates().get(template_id)
    if template is None or template.team_id != team_of(current):
        raise NotFoundError(f"template {template_id} not found")
    return template


def _upload_info(template: Template) -> dict[str, Any]:
    return {
        "url": dependencies.projects().presign_put(template.key, UPLOAD_URL_SECONDS),
        "method": "PUT",
        "expiresIn": UPLOAD_URL_SECONDS,
        "key": template.key,
    }
