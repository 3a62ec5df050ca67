"""`/api/v3/templates`: what is in a template."""

import re

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia.domain.errors import Problem, RequestError
from intarsia.domain.ids import JOB_ID_PATTERN as ULID_PATTERN
from intarsia.domain.template_views import template_v3_view
from intarsia.domain.templates import Template, TemplateStatus
from intarsia.projects.facts import ProjectFacts
from lambdas import dependencies
from lambdas.api.requests import query_of
from lambdas.api.responses import json_response
from lambdas.api.template_contents import composition_view, layer_view
from lambdas.api.templates import own_template, own_templates

DEFAULT_ROWS = 300
MOST_ROWS = 1000

router = Router()


@router.get("/api/v3/templates")
def list_templates() -> Response[str]:
    """A bare array of all the team's templates, without their contents."""
    return json_response(200, [template_v3_view(template) for template in own_templates(router)])


@router.get("/api/v3/templates/<template_id>")
def get_template(template_id: str) -> Response[str]:
    """One template, without its contents."""
    return json_response(200, template_v3_view(_own(template_id)))


@router.get("/api/v3/templates/<template_id>/compositions")
def list_compositions(template_id: str) -> Response[str]:
    """The compositions of an uploaded template; none before it is uploaded."""
    rows = page_of(query_of(router, "limit"), query_of(router, "offset"))
    facts = _facts(_own(template_id))
    compositions = facts.compositions[rows] if facts else ()
    return json_response(200, [composition_view(comp) for comp in compositions])


@router.get("/api/v3/templates/<template_id>/layers")
def list_layers(template_id: str) -> Response[str]:
    """The layers of all compositions, in the order of their ids (that of their creation)."""
    rows = page_of(query_of(router, "limit"), query_of(router, "offset"))
    facts = _facts(_own(template_id))
    layers = sorted(facts.layers, key=lambda layer: layer.aeid)[rows] if facts else []
    return json_response(200, [layer_view(layer) for layer in layers])


def page_of(limit: str | None, offset: str | None) -> slice:
    """The rows that a query asks for; a limit above 1000 is taken as 1000.

    Raises RequestError for what is no whole number, or too small a one.
    """
    first = _number("offset", offset, default=0, least=0)
    rows = min(_number("limit", limit, default=DEFAULT_ROWS, least=1), MOST_ROWS)
    return slice(first, first + rows)


def _number(name: str, given: str | None, *, default: int, least: int) -> int:
    if given is None:
        return default
    # Not int() alone: it takes spaces, signs, underscores, and no more than 4300 digits.
    if not re.fullmatch(r"[0-9]{1,100}", given) or int(given) < least:
        raise RequestError([Problem(name, f"must be a whole number, {least} or more")])
    return int(given)


def _own(template_id: str) -> Template:
    if not re.fullmatch(ULID_PATTERN, template_id):
        raise RequestError(
            [Problem("id", "must be a ULID: 26 digits and capital letters, none of I, L, O, U")]
        )
    return own_template(router, template_id)


def _facts(template: Template) -> ProjectFacts | None:
    if template.status is not TemplateStatus.UPLOADED:
        return None
    text = dependencies.projects().get_text(template.facts_key)
    return ProjectFacts.model_validate_json(text)
