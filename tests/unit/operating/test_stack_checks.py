"""A stack in an emulated account, looked over: well, and then not."""

import json
from datetime import UTC, datetime

import httpx
import pytest

from intarsia.local.emulator import Emulator
from intarsia.names import INDEX_ACTIVE
from intarsia.operating import part_checks
from intarsia.operating.deployed_stack import DeployedStack
from intarsia.operating.stack_checks import examine

# In one worker of pytest-xdist, which starts one emulator for all of them.
pytestmark = pytest.mark.xdist_group("emulator")
QUOTA = "quota: concurrent Lambda calls"
TEMPLATE = {
    "Resources": {
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": "studio",
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "AttributeDefinitions": [
                    {"AttributeName": name, "AttributeType": "S"}
                    for name in ("pk", "active", "created")
                ],
                "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": INDEX_ACTIVE,
                        "KeySchema": [
                            {"AttributeName": "active", "KeyType": "HASH"},
                            {"AttributeName": "created", "KeyType": "RANGE"},
                        ],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                ],
            },
        },
        "WebhooksUndelivered": {"Type": "AWS::SQS::Queue"},
    },
    "Outputs": {
        "TableName": {"Value": "studio"},
        "ApiUrl": {"Value": "https://api.example.com"},
    },
}


@pytest.fixture(scope="module")
def clients(tmp_path_factory):
    home = tmp_path_factory.mktemp("emulator")
    emulator = Emulator(home / "state", home / "emulator.log", checkpoint_interval=600.0)
    emulator.start()
    yield emulator.clients
    emulator.stop()


class Quotas:
    """The emulator has none."""

    def __init__(self):
        self.value = 1000.0

    def get_service_quota(self, **asked):
        assert asked == {"ServiceCode": "lambda", "QuotaCode": "L-B99A9384"}, "no machine, no G"
        return {"Quota": {"Value": self.value}}


@pytest.fixture
def found(clients, monkeypatch):
    """What there is to say of a stack of its own, by what it is about."""
    answers = [401]
    monkeypatch.setattr(part_checks.httpx, "get", lambda *_, **__: httpx.Response(answers[-1]))

    quotas = Quotas()

    def look():
        stack = DeployedStack(
            lambda service: quotas if service == "service-quotas" else clients(service),
            "Intarsia",
            datetime(2026, 11, 24, tzinfo=UTC),
        )
        return {each.what: each for each in examine(stack)}

    clients("cloudformation").create_stack(StackName="Intarsia", TemplateBody=json.dumps(TEMPLATE))
    clients("cloudformation").get_waiter("stack_create_complete").wait(
        StackName="Intarsia", WaiterConfig={"Delay": 0.1}
    )
    look.clients, look.answers, look.quotas = clients, answers, quotas
    yield look
    clients("cloudformation").delete_stack(StackName="Intarsia")
    clients("cloudformation").get_waiter("stack_delete_complete").wait(
        StackName="Intarsia", WaiterConfig={"Delay": 0.1}
    )


def test_what_is_well_needs_nothing(found):
    found.clients("dynamodb").update_continuous_backups(
        TableName="studio", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    seen = found()
    for what in ("stack", "API", "table", "table's stream", "point-in-time recovery"):
        assert seen[what].advice == "", seen[what]
    for what in ("dead letters", "jobs", "alarms", QUOTA):
        assert seen[what].advice == "", seen[what]


def test_what_is_not_well_is_said_with_what_to_do(found):
    found.answers.append(500)
    found.quotas.value = 10.0
    found.clients("dynamodb").update_continuous_backups(
        TableName="studio", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    url = found.clients("sqs").list_queues()["QueueUrls"][-1]
    found.clients("sqs").send_message(QueueUrl=url, MessageBody="{}")
    item = {"pk": "JOB#1", "active": "0", "created": "2026-11-22T10:00:00.000Z"}
    found.clients("dynamodb").put_item(
        TableName="studio", Item={key: {"S": value} for key, value in item.items()}
    )
    seen = found()
    for what in ("API", "point-in-time recovery", "dead letters", "jobs", "functions", QUOTA):
        assert seen[what].advice, what
    assert seen["API"].said == "status 500 without a key"
    assert seen["dead letters"].said.startswith("1 in ")
    assert seen["jobs"].said == "1 unfinished after a day"


def test_what_cannot_be_read_is_a_finding_and_does_not_stop_the_others(found, monkeypatch):
    def refuse(*_, **__):
        raise httpx.ConnectError("no route")

    monkeypatch.setattr(part_checks.httpx, "get", refuse)
    seen = found()
    assert seen["API"].said == "cannot be reached: no route"
    assert seen["table"].advice == ""
