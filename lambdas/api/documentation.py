"""Routes of the API's documentation: `/api/v2/openapi.json`, and `/api/v2/docs` with Swagger UI.

Powertools contains Swagger UI (Apache License 2.0), so the page loads nothing from other hosts.
The page reads the OpenAPI document from the host that serves the page.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia.contract.document import document
from intarsia.domain.errors import NotFoundError
from lambdas.api.responses import json_response

DOCUMENT = "/api/v2/openapi.json"
PAGE = "/api/v2/docs"

SWAGGER_UI = "aws_lambda_powertools.event_handler.openapi.swagger_ui"
FOR_MINUTES = {"Cache-Control": "public, max-age=300", "Vary": "Accept-Encoding"}
"""Headers for responses that caches may keep for five minutes."""
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
"""Headers for files whose URL contains a hash of their content, so that browsers may keep them."""


@dataclass(frozen=True)
class Asset:
    """A static file of the documentation page."""

    file: str
    """Name of the file in the package SWAGGER_UI."""
    media: str
    """Media type of the file."""


SCRIPT = "swagger-ui.js"
STYLE = "swagger-ui.css"
ASSETS = {
    SCRIPT: Asset("swagger-ui-bundle.min.js", "text/javascript; charset=utf-8"),
    STYLE: Asset("swagger-ui.min.css", "text/css; charset=utf-8"),
}

START = f"""
SwaggerUIBundle({{
  url: "{DOCUMENT}",
  dom_id: "#page",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null
}});
"""

HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Intarsia: the HTTP API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{style}">
</head>
<body>
<div id="page"><noscript>This page needs JavaScript. The document itself is
<a href="{document}">openapi.json</a>.</noscript></div>
<script src="{script}"></script>
<script>{start}</script>
</body>
</html>
"""

router = Router()


@router.get(DOCUMENT, compress=True)
def get_openapi() -> Response[str]:
    """Return the API's OpenAPI document as JSON."""
    response = json_response(200, document())
    response.headers.update(FOR_MINUTES)
    return response


@router.get(PAGE)
def get_page() -> Response[str]:
    """Return the HTML page that shows the OpenAPI document in Swagger UI."""
    return Response(
        status_code=200,
        content_type="text/html; charset=utf-8",
        body=HTML.format(
            style=_address(STYLE), script=_address(SCRIPT), start=START, document=DOCUMENT
        ),
        headers={
            **FOR_MINUTES,
            "Content-Security-Policy": _policy(),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.get(f"{PAGE}/<name>", compress=True)
def get_asset(name: str) -> Response[str]:
    """Return a static file of the documentation page. Raises NotFoundError for an unknown name."""
    asset = ASSETS.get(name)
    if asset is None:
        raise NotFoundError(f"the documentation has no file {name}")
    return Response(
        status_code=200,
        content_type=asset.media,
        body=_content(name),
        headers={**FOR_EVER, "X-Content-Type-Options": "nosniff"},
    )


@cache
def _content(name: str) -> str:
    return resources.files(SWAGGER_UI).joinpath(ASSETS[name].file).read_text("utf-8")


@cache
def _address(name: str) -> str:
    version = hashlib.sha256(_content(name).encode()).hexdigest()[:16]
    return f"{PAGE}/{name}?v={version}"


def _policy() -> str:
    start = base64.b64encode(hashlib.sha256(START.encode()).digest()).decode()
    # Swagger UI writes style attributes, and its style sheet has images as data: URLs.
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' 'sha256-{start}'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{rule} {value}" for rule, value in rules.items())
