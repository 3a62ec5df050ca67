"""The API function on moto, with two teams and the example templates."""

import json

import boto3
import pytest

from intarsia import names
from intarsia.domain.ids import new_id, now
from intarsia.domain.templates import Template, TemplateStatus, facts_key, upload_key
from intarsia.projects.reader import read_in_process
from intarsia.workflow.introspecting import Upload, introspect
from lambdas import dependencies

TABLE, TEMPLATES, RENDERS = "table", "templates", "renders"


@pytest.fixture(scope="session")
def built(example_templates):
    """The example templates, by name."""
    return example_templates


@pytest.fixture
def environment(aws, monkeypatch):
    """What the functions find in their environment."""
    machine = boto3.client("stepfunctions").create_state_machine(
        name="RenderJob",
        definition='{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}',
        roleArn="arn:aws:iam::123456789012:role/role",
    )
    for name, value in {
        names.ENV_TABLE: TABLE,
        names.ENV_TEMPLATES_BUCKET: TEMPLATES,
        names.ENV_RENDERS_BUCKET: RENDERS,
        names.ENV_STATE_MACHINE: machine["stateMachineArn"],
        names.ENV_PUBLIC_URL: "http://intarsia.test",
        names.ENV_GPU_DEPTH: "100",
        names.ENV_LINUX_DEPTH: "100",
    }.items():
        monkeypatch.setenv(name, value)
    dependencies.client.cache_clear()
    keys = dependencies.keys()
    keys.add("mine", "team", "test")
    keys.add("theirs", "other", "test")
    yield
    dependencies.client.cache_clear()


@pytest.fixture
def call(environment):
    """Send a request: `call("GET", "/api/v2/jobs", token="mine")` gives status, body, headers."""
    from lambdas.api.handler import handler

    def send(method, path, body=None, *, token="mine", query=None, raw=None):
        text = raw if raw is not None else None if body is None else json.dumps(body)
        headers = {"authorization": f"Bearer {token}"} if token else {}
        event = {
            "version": "2.0",
            "rawPath": path,
            "headers": headers,
            "queryStringParameters": query or {},
            "requestContext": {
                "requestId": "request-1",
                "domainName": "api.test",
                "stage": "$default",
                "http": {"method": method, "path": path},
            },
            "body": text,
            "isBase64Encoded": False,
        }
        answer = handler(event, None)
        found = {name.lower(): value for name, value in answer["headers"].items()}
        is_json = "json" in found.get("content-type", "")
        return (
            answer["statusCode"],
            json.loads(answer["body"]) if is_json else answer.get("body"),
            found,
        )

    return send


@pytest.fixture(scope="session")
def read_once():
    """Return `read_in_process` that reads the same bytes only once.

    Reading in a process of its own, with its limits, has tests elsewhere.
    """
    found = {}

    def read(project, *, root):
        content = project.read_bytes()
        if content not in found:
            found[content] = read_in_process(project, root=root)
        return found[content]

    return read


@pytest.fixture
def add_template(environment, read_once, monkeypatch):
    """Upload a file as a template of a team and introspect it; returns its id."""
    monkeypatch.setattr("intarsia.workflow.introspecting.read_project", read_once)

    def add(path, team_id="team"):
        template_id, kind = new_id(), path.suffix.lstrip(".")
        template = Template(
            id=template_id,
            team_id=team_id,
            type=kind,
            display_name=path.stem,
            status=TemplateStatus.AWAITING_UPLOAD,
            key=upload_key(team_id, template_id, kind),
            facts_key=facts_key(team_id, template_id),
            created_at=now(),
            updated_at=now(),
        )
        dependencies.templates().put(template)
        dependencies.projects().upload(path, template.key, "application/octet-stream")
        upload = Upload(template_id, template.key, path.stat().st_size)
        introspect(dependencies.templates(), dependencies.projects(), upload)
        return template_id

    return add
