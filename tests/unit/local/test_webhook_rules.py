"""Connections and destinations of a template, in an emulator that makes them by API alone."""

import copy
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from intarsia.local.errors import DeployError
from intarsia.local.swaps import SWAPS, adapted
from intarsia.local.webhook_rules import connect

ARN = {"Fn::GetAtt": ["Destination", "Arn"]}


def _template(url: str, auth: dict[str, Any]) -> dict[str, Any]:
    return {
        "Resources": {
            "Connection": {
                "Type": "AWS::Events::Connection",
                "Properties": {"Name": "studio-crm"} | auth,
            },
            "Destination": {
                "Type": "AWS::Events::ApiDestination",
                "Properties": {
                    "Name": "studio-crm",
                    "ConnectionArn": {"Fn::GetAtt": ["Connection", "Arn"]},
                    "InvocationEndpoint": url,
                    "HttpMethod": "POST",
                },
            },
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "EventPattern": {"source": ["intarsia"]},
                    "Targets": [{"Id": "Target0", "Arn": ARN}],
                },
            },
        }
    }


def _field(name: str) -> str:
    return f"{{{{resolve:secretsmanager:studio/crm:SecretString:{name}::}}}}"


API_KEY = {
    "AuthorizationType": "API_KEY",
    "AuthParameters": {
        "ApiKeyAuthParameters": {"ApiKeyName": _field("name"), "ApiKeyValue": _field("value")}
    },
}
OURS = tuple(swap for swap in SWAPS if not swap.always)


@pytest.fixture
def secret(emulator: Any) -> Iterator[None]:
    """A rule's secret, for as long as the test runs."""
    secrets = emulator.clients("secretsmanager")
    content = json.dumps({"name": "X-Key", "value": "one"})
    secrets.create_secret(Name="studio/crm", SecretString=content)
    yield
    secrets.delete_secret(SecretId="studio/crm", ForceDeleteWithoutRecovery=True)


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[Any], threading.Event]]:
    """Its address, the headers that it has got, and when there are some."""
    got: list[Any] = []
    came = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            got.append(self.headers)
            self.send_response(204)
            self.end_headers()
            came.set()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", got, came
    server.shutdown()
    server.server_close()


def test_references_to_a_destination_become_the_address_that_the_emulator_gives(
    emulator: Any, secret: None
) -> None:
    template = _template("https://crm.example.com/", API_KEY)
    before = copy.deepcopy(template)
    result = adapted(template, OURS)
    assert template == before
    assert list(result["Resources"]) == ["Rule"]
    ((target,),) = [result["Resources"]["Rule"]["Properties"]["Targets"]]
    connect(template, emulator.clients)
    made = emulator.clients("events").describe_api_destination(Name="studio-crm")
    expected = target["Arn"]["Fn::Sub"].replace("${AWS::Region}", "us-east-1")
    assert made["ApiDestinationArn"].startswith(
        expected.replace("${AWS::AccountId}", "000000000000")
    )


def test_requests_carry_the_secret_as_it_was_at_the_last_start(
    emulator: Any, secret: None, receiver: tuple[str, list[Any], threading.Event]
) -> None:
    url, got, came = receiver
    secrets, events = emulator.clients("secretsmanager"), emulator.clients("events")
    connect(_template(url, API_KEY), emulator.clients)
    secrets.put_secret_value(
        SecretId="studio/crm", SecretString=json.dumps({"name": "X-Key", "value": "two"})
    )
    connect(_template(url, API_KEY), emulator.clients)
    events.put_rule(Name="ours", EventPattern=json.dumps({"source": ["intarsia"]}))
    arn = events.describe_api_destination(Name="studio-crm")["ApiDestinationArn"]
    events.put_targets(Rule="ours", Targets=[{"Id": "1", "Arn": arn}])
    events.put_events(Entries=[{"Source": "intarsia", "DetailType": "Try", "Detail": "{}"}])
    assert came.wait(30)
    assert [headers["X-Key"] for headers in got] == ["two"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, 'needs the secret "studio/absent".*create-secret --name studio/absent'),
        ('{"name": "X-Key"}', 'secret "studio/absent" of a webhook rule has no key "value"'),
        ("hunter2", 'secret "studio/absent" of a webhook rule has no key "name"'),
    ],
)
def test_a_secret_that_cannot_be_used_is_named_and_not_shown(
    emulator: Any, content: str | None, said: str
) -> None:
    secrets = emulator.clients("secretsmanager")
    if content:
        secrets.create_secret(Name="studio/absent", SecretString=content)
    auth = json.loads(json.dumps(API_KEY).replace("studio/crm", "studio/absent"))
    with pytest.raises(DeployError, match=said) as raised:
        connect(_template("https://crm.example.com/", auth), emulator.clients)
    assert "hunter2" not in str(raised.value)
    if content:
        secrets.delete_secret(SecretId="studio/absent", ForceDeleteWithoutRecovery=True)


def test_a_template_without_rules_is_left_as_it_is(emulator: Any) -> None:
    template = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    assert adapted(template, OURS) == template
    connect(template, emulator.clients)
