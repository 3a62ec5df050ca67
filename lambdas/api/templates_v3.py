"""`/api/v3/templates`: what is in a template."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia.domain.templates import TemplateStatus, template_view
from intarsia.projects.facts import ProjectFacts
from lambdas import dependencies
from lambdas.api.requests import number_of
from lambdas.api.responses import json_response
from lambdas.api.template_contents import composition_view, layer_view
from lambdas.api.templates import own_template

DEFAULT_ROWS = 300
MOST_ROWS = 1000

router = Router()


@router.get("/api/v3/templates/<template_id>")
def get_template(template_id: str) -> Response[str]:
    """One template, without its contents."""
    view = template_view(own_template(router, template_id))
    fields = ("id", "type", "displayName", "status", "createdAt", "updatedAt")
    return json_response(200, {field: view[field] for field in fields})


@router.get("/api/v3/templates/<template_id>/compositions")
def list_compositions(template_id: str) -> Response[str]:
    """The compositions of an uploaded template; none before it is uploaded."""
    facts = _facts(template_id)
    rows = [composition_view(comp) for comp in facts.compositions] if facts else []
    return json_response(200, rows[_page()])


@router.get("/api/v3/templates/<template_id>/layers")
def list_layers(template_id: str) -> Response[str]:
    """The layers of all compositions, in the order of their ids (that of their creation)."""
    facts = _facts(template_id)
    layers = sorted(facts.layers, key=lambda layer: layer.aeid) if facts else []
    rows = [layer_view(layer) for layer in layers]
    return json_response(200, rows[_page()])


def _facts(template_id: str) -> ProjectFacts | None:
    template = own_template(router, template_id)
    if template.status is not TemplateStatus.UPLOADED:
        return None
    text = dependencies.projects().get_text(template.facts_key)
    return ProjectFacts.model_validate_json(text)


def _page() -> slice:
    # Above 1000 the contract caps instead of refusing.
    limit = min(number_of(router, "limit", DEFAULT_ROWS, least=1, most=10**9), MOST_ROWS)
    offset = number_of(router, "offset", 0, least=0, most=10**9)
    return slice(offset, offset + limit)
