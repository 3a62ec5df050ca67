"""What the API says of itself, and the page on which people read it."""

import base64
import gzip
import hashlib
import importlib.metadata
import json
import re

import pytest

from intarsia.contract.document import document
from intarsia.contract.table import OPERATIONS

PAGE_ROUTES = {("GET", "/api/v2/docs"), ("GET", "/api/v2/docs/{}")}
"""Served to people's browsers; no operations of the API."""


def _bare(path):
    return re.sub(r"<\w+>|\{\w+\}", "{}", path)


def test_every_route_has_an_operation_and_every_operation_a_route(environment):
    from lambdas.api import handler

    # Each router keeps what it registers as (path, method, ...), for the app to include.
    modules = [module for module in vars(handler).values() if hasattr(module, "router")]
    routes = {
        (method, _bare(key[0]))
        for module in modules
        for key in module.router._routes
        for method in (key[1] if isinstance(key[1], (tuple, list)) else [key[1]])
    }
    operations = {(each.method.upper(), _bare(each.path)) for each in OPERATIONS}
    assert routes - PAGE_ROUTES == operations
    assert routes >= PAGE_ROUTES


@pytest.mark.parametrize("path", ["/api/v2/openapi.json", "/api/v2/docs", "/api/v2/docs/x"])
def test_it_needs_no_key_and_names_its_request(call, path):
    status, _, headers = call("GET", path, token=None)
    assert status == (404 if path.endswith("/x") else 200)
    assert headers["x-request-id"] == "request-1"


@pytest.mark.parametrize(
    "path",
    ["/api/v2/docsx", "/api/v2/openapi.json/x", "/api/v2/openapi", "/api/v2/docs.json"],
)
def test_what_only_looks_like_it_is_not_open(call, path):
    assert call("GET", path, token=None)[0] == 401


def test_the_document_is_served_as_json(call):
    status, body, headers = call("GET", "/api/v2/openapi.json", token=None)
    assert (status, body) == (200, document())
    assert headers["content-type"].startswith("application/json")
    assert "max-age" in headers["cache-control"]


@pytest.fixture
def page(call):
    return call("GET", "/api/v2/docs", token=None)


def test_the_page_refers_to_its_own_files_only(call, page):
    status, html, headers = page
    assert status == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    addresses = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert {address.partition("?")[0] for address in addresses} == {
        "data:,",
        "/api/v2/openapi.json",
        "/api/v2/docs/swagger-ui.css",
        "/api/v2/docs/swagger-ui.js",
    }
    assert "//" not in html.replace("<!doctype", "")
    for address in addresses:
        if address.startswith("/"):
            assert call("GET", address.partition("?")[0], token=None)[0] == 200


def test_the_page_may_talk_to_no_other_host_and_runs_only_its_own_scripts(page):
    _, html, headers = page
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    script = re.search(r"<script>(.*)</script>", html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy["connect-src"] == "'self'"
    assert not re.search(r"https?:|\*", headers["content-security-policy"])
    assert headers["x-content-type-options"] == "nosniff"


def test_the_page_reads_the_document_from_where_it_came(page):
    # A path without a host: whatever PublicUrl is, the page and the document are under it.
    assert re.search(r'url: "(.*)"', page[1])[1] == "/api/v2/openapi.json"
    assert document()["servers"] == [{"url": "/"}]


@pytest.mark.parametrize(
    ("name", "file", "media"),
    [
        ("swagger-ui.js", "swagger-ui-bundle.min.js", "text/javascript"),
        ("swagger-ui.css", "swagger-ui.min.css", "text/css"),
    ],
)
def test_files_of_the_page_are_served_whole_and_kept(call, page, name, file, media):
    status, body, headers = call("GET", f"/api/v2/docs/{name}", token=None)
    assert status == 200
    assert body.encode() == _packaged(file)
    assert headers["content-type"] == f"{media}; charset=utf-8"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    # The address changes with the content, or a browser would keep an old one for a year.
    version = re.search(rf"{re.escape(name)}\?v=(\w+)", page[1])[1]
    assert hashlib.sha256(_packaged(file)).hexdigest().startswith(version)


def test_the_viewer_knows_openapi_3_1():
    # Swagger UI does since 5.0.
    version = re.search(rb'PACKAGE_VERSION:"(\d+)\.', _packaged("swagger-ui-bundle.min.js"))[1]
    assert int(version) >= 5


def test_files_are_compressed_for_those_who_take_it(environment):
    from lambdas.api.handler import handler

    path = "/api/v2/docs/swagger-ui.js"
    event = {
        "version": "2.0",
        "rawPath": path,
        "headers": {"accept-encoding": "gzip, br"},
        "requestContext": {
            "requestId": "request-1",
            "stage": "$default",
            "http": {"method": "GET", "path": path},
        },
    }
    answer = handler(event, None)
    assert answer["headers"]["Content-Encoding"] == "gzip"
    assert len(json.dumps(answer)) < 1_000_000  # Lambda sends 6 MB at most
    body = gzip.decompress(base64.b64decode(answer["body"]))
    assert body == _packaged("swagger-ui-bundle.min.js")


def test_other_names_in_the_folder_of_the_page_are_not_served(call):
    for name in ("html.py", "swagger-ui-bundle.min.js", "..%2fhtml.py", "__init__.py"):
        assert call("GET", f"/api/v2/docs/{name}", token=None)[0] == 404


def _packaged(file):
    package = importlib.metadata.distribution("aws-lambda-powertools")
    folder = "aws_lambda_powertools/event_handler/openapi/swagger_ui"
    return package.locate_file(f"{folder}/{file}").read_bytes()
