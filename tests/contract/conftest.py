"""The deployed API as a client of the reference API meets it: over HTTP, through API Gateway.

Renders are scripted; what is tested is what an existing client sees.
"""

import re

import httpx
import pytest

from examples.templates import lower_third, main_scene
from tests.support.paths import BUNDLED_FONTS

ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture(scope="session")
def api_key(key_of):
    """A key of the team whose jobs are scripted."""
    return key_of("contract")


@pytest.fixture(scope="session")
def http(stack, api_key):
    """The API of a team, from its root on: `/api/v2/...` and `/api/v3/...`."""
    headers = {"Authorization": f"Bearer {api_key}"}
    with httpx.Client(base_url=stack.origin, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def anonymous(stack):
    """Whoever has no key."""
    with httpx.Client(base_url=stack.origin, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def answer(http):
    """Send a request and read its answer as the strictest known client does.

    The status must be exactly the one given, and a body is read only under a JSON content type.
    """

    def send(status, method, path, **options):
        response = http.request(method, path, **options)
        assert response.status_code == status, response.text
        assert response.headers["x-request-id"]
        if status == 204:
            assert not response.content
            return None
        assert "json" in response.headers["content-type"]
        body = response.json()
        if status >= 400:
            assert isinstance(body["error"], str)
            assert body["error"]
        return body

    return send


@pytest.fixture(scope="session")
def until(http):
    """Poll a path until its `status` is one of those given."""
    import time

    def wait(path, *statuses):
        deadline = time.monotonic() + 300
        while (found := http.get(path).json())["status"] not in statuses:
            assert time.monotonic() < deadline, found
            time.sleep(0.25)
        return found

    return wait


@pytest.fixture(scope="session")
def add_template(answer, anonymous, until, example_templates):
    """Upload an example template as a client does; returns its id."""

    def add(module):
        built = example_templates[module.NAME]
        created = answer(
            201,
            "POST",
            "/api/v2/templates",
            json={"type": built.path.suffix[1:], "displayName": built.path.stem},
        )
        upload(anonymous, created["uploadInfo"], built.path)
        until(f"/api/v2/templates/{created['id']}", "uploaded")
        return created["id"]

    return add


def upload(anonymous, info, path):
    """The raw PUT that clients send: no key, one header."""
    response = anonymous.put(
        info["url"],
        content=path.read_bytes(),
        headers={"Content-Type": "application/octet-stream"},
    )
    assert response.is_success, response.text


@pytest.fixture(scope="session")
def put_file(anonymous):
    return lambda info, path: upload(anonymous, info, path)


@pytest.fixture(scope="session")
def font_file():
    return BUNDLED_FONTS / "LiberationSans-Regular.ttf"


@pytest.fixture(scope="session")
def template(add_template):
    """A template that no test changes."""
    return add_template(lower_third)


@pytest.fixture(scope="session")
def parent_template(add_template):
    return add_template(main_scene)


@pytest.fixture(scope="session")
def job(template):
    """A job that does what `script` says (see scripted_worker.py)."""

    def make(script="finish"):
        return {
            "template": {"id": template, "composition": "lower-third"},
            "settings": {"engine": "open"},
            "assets": [{"type": "text", "layerName": "name", "value": script}],
        }

    return make


@pytest.fixture(scope="session")
def nested(job, parent_template):
    """A parent with one child, which does what `script` says."""

    def make(script="finish"):
        child = {"type": "job", "layerName": "PrecompLayer"} | job(script)
        return {
            "template": {"id": parent_template, "composition": "main"},
            "settings": {"engine": "open"},
            "assets": [child],
        }

    return make


@pytest.fixture(scope="session")
def is_moment():
    return lambda text: bool(MOMENT.fullmatch(text))


@pytest.fixture(scope="session")
def is_ulid():
    return lambda text: bool(ULID.fullmatch(text))
