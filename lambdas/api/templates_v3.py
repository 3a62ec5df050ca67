"""Routes of `/api/v3/templates`: the compositions and layers of templates."""

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
    """Return all of the team's templates as a bare JSON array, without their contents."""
    return json_response(200, [template_v3_view(template) for template in own_templates(router)])


@router.get("/api/v3/templates/<template_id>")
def get_template(template_id: str) -> Response[str]:
    """Return one template, without its contents.

    Raises RequestError for a malformed id, and NotFoundError if the team has no such template.
    """
    return json_response(200, template_v3_view(_own(template_id)))


@router.get("/api/v3/templates/<template_id>/compositions")
def list_compositions(template_id: str) -> Response[str]:
    """Return a page of a template's compositions; none before its status is `uploaded`.

    Raises RequestError for a malformed id or page, and NotFoundError if the team has no such
    template.
    """
    rows = page_of(query_of(router, "limit"), query_of(router, "offset"))
    facts = _facts(_own(template_id))
    compositions = facts.compositions[rows] if facts else ()
    return json_response(200, [composition_view(comp) for comp in compositions])


@router.get("/api/v3/templates/<template_id>/layers")
def list_layers(template_id: str) -> Response[str]:
    """Return a page of the layers of all compositions of a template.

    There are none before the template's status is `uploaded`. Layers are in the order of their ids,
    which is that of their creation. Raises RequestError for a malformed id or page, and
    NotFoundError if the team has no such template.
    """
    rows = page_of(query_of(router, "limit"), query_of(router, "offset"))
    facts = _facts(_own(template_id))
    layers = sorted(facts.layers, key=lambda layer: layer.aeid)[rows] if facts else []
    return json_response(200, [layer_view(layer) for layer in layers])


def page_of(limit: str | None, offset: str | None) -> slice:
    """Return the slice of rows for a page, from its query parameters `limit` and `offset`.

    None stands for the default: DEFAULT_ROWS rows from 0. A limit above 1000 counts as 1000. Raises
    RequestError unless `limit` is a whole number from 1 and `offset` one from 0.
    """
    first = _number("offset", offset, default=0, least=0)
    rows = min(_number("limit", limit, default=DEFAULT_ROWS, least=1), MOST_ROWS)
    return slice(first, first + rows)


def _number(name: str, given: str | None, *, default: int, least: int) -> int:
    if given is None:
        return default
    # int() alone accepts spaces, signs and underscores, and raises above 4300 digits.
    if not re.fullmatch(r"[0-9]{1,100}", given) or int(given) < least:
        raise RequestError([Problem(name, f"must be a whole number, {least} or more")])
    return int(given)


def _own(template_id: str) -> Template:
    if not re.fullmatch(ULID_PATTERN, template_id):
        raise RequestError(
            [Problem("id", "must be a ULID: 26 digits and capital letters without I, L, O and U")]
        )
    return own_template(router, template_id)


def _facts(template: Template) -> ProjectFacts | None:
    if template.status is not TemplateStatus.UPLOADED:
        return None
    text = dependencies.projects().get_text(template.facts_key)
    return ProjectFacts.model_validate_json(text)
