"""A folder whose stack is gone is deployed again, around the data that is left."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from intarsia.local import deploy
from intarsia.local.assembly import Assembly
from intarsia.local.emulator import Emulator
from intarsia.local.errors import DeployError
from intarsia.local.stack import LocalStack

KEY = {"pk": {"S": "JOB#1"}}
NUMBERS = itertools.count(1)


def _retained(kind: str, **properties: Any) -> dict[str, Any]:
    return {
        "Type": kind,
        "Properties": properties,
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
    }


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the stack's name, each test's own because all tests share an emulator."""
    name = f"small-{next(NUMBERS)}"
    monkeypatch.setattr(deploy, "STACK", name)
    return name


@pytest.fixture
def template(name: str) -> dict[str, Any]:
    """As Intarsia's: data that stays, and around it what holds none."""
    return {
        "Parameters": {"PublicUrl": {"Type": "String"}, "OwnPorts": {"Type": "String"}},
        "Resources": {
            "Table": _retained(
                "AWS::DynamoDB::Table",
                TableName=f"{name}-table",
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
                TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": True},
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
                StreamSpecification={"StreamViewType": "NEW_IMAGE"},
            ),
            "Renders": _retained(
                "AWS::S3::Bucket",
                LifecycleConfiguration={
                    "Rules": [{"Id": "old", "Status": "Enabled", "ExpirationInDays": 90}]
                },
            ),
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": f"{name}-bus"}},
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"{name}-queue"}},
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "EventBusName": {"Ref": "Bus"},
                    "EventPattern": {"source": ["intarsia"]},
                    "Targets": [{"Id": "queue", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}],
                },
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17"}},
            },
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "FunctionName": f"{name}-function",
                    "Runtime": "python3.13",
                    "Handler": "index.handler",
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Code": {"ZipFile": "def handler(event, context): pass"},
                },
            },
            "Mapping": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "FunctionName": {"Ref": "Function"},
                    "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
                    "StartingPosition": "TRIM_HORIZON",
                },
            },
        },
        "Outputs": {"Renders": {"Value": {"Ref": "Renders"}}},
    }


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator for these tests alone, because they stop it and damage its state."""
    home = tmp_path_factory.mktemp("repair")
    emulator = Emulator(home / "emulator", home / "log", checkpoint_interval=600.0)
    emulator.start()
    yield emulator
    emulator.stop()


@pytest.fixture
def start(tmp_path: Path, template: dict[str, Any], emulator: Emulator) -> Any:
    """Deploys as a start of the stack does; what was deployed."""

    def run() -> deploy.Deployment:
        stack = LocalStack(tmp_path, settings={"anything": "so that no swap is missed"})
        stack.emulator, stack.port, stack.origin = emulator, 1, "http://127.0.0.1:1"
        return stack._deploy(Assembly(template, []))

    return run


def _fill(emulator: Emulator, deployed: deploy.Deployment) -> None:
    table, bucket = deployed.physical_ids["Table"], deployed.outputs["Renders"]
    emulator.clients("dynamodb").put_item(TableName=table, Item=KEY)
    emulator.clients("s3").put_object(Bucket=bucket, Key="output", Body=b"rendered")


def _check(emulator: Emulator, deployed: deploy.Deployment) -> None:
    table, bucket = deployed.physical_ids["Table"], deployed.outputs["Renders"]
    assert emulator.clients("dynamodb").get_item(TableName=table, Key=KEY)["Item"] == KEY
    found = emulator.clients("s3").get_object(Bucket=bucket, Key="output")
    assert found["Body"].read() == b"rendered"


def test_a_stack_that_was_deleted_is_made_again_of_its_data(
    emulator: Emulator, start: Any, wait_for: Any
) -> None:
    before = start()
    _fill(emulator, before)
    emulator.clients("cloudformation").delete_stack(StackName=deploy.STACK)
    wait_for(lambda: deploy.stack_status(emulator.clients) is None, "the end of the stack")
    after = start()
    assert after.physical_ids["Renders"] == before.physical_ids["Renders"]
    assert after.types == before.types
    _check(emulator, after)


def test_a_stack_of_which_the_emulator_has_lost_the_record_is_made_again_of_its_data(
    emulator: Emulator, start: Any
) -> None:
    """Each service's state is a file; one that cannot be read was moved away."""
    before = start()
    _fill(emulator, before)
    emulator.stop()
    (emulator.state / "services" / "cloudformation.json").unlink()
    emulator.start()
    after = start()
    assert after.types == before.types
    _check(emulator, after)
    mappings = emulator.clients("lambda").list_event_source_mappings(
        FunctionName=after.physical_ids["Function"]
    )["EventSourceMappings"]
    assert len(mappings) == 1, "each record is delivered once"
    emulator.clients("dynamodb").put_item(
        TableName=after.physical_ids["Table"], Item={"pk": {"S": "JOB#2"}}
    )


@pytest.mark.parametrize("service", ["dynamodb", "eventbridge", "iam", "lambda", "s3", "sqs"])
def test_a_service_whose_file_was_moved_away_with_the_stacks_has_its_resources_again(
    emulator: Emulator, start: Any, service: str
) -> None:
    """As the message about an unreadable file advises."""
    before = start()
    _fill(emulator, before)
    emulator.stop()
    for name in (service, "cloudformation"):
        (emulator.state / "services" / f"{name}.json").unlink()
    emulator.start()
    after = start()
    assert after.types == before.types
    emulator.clients("iam").get_role(RoleName=after.physical_ids["Role"])
    emulator.clients("lambda").get_function(FunctionName=after.physical_ids["Function"])
    emulator.clients("events").describe_event_bus(Name=after.physical_ids["Bus"])
    emulator.clients("sqs").get_queue_attributes(QueueUrl=after.physical_ids["Queue"])
    if service == "dynamodb":  # the table was lost, and is empty
        emulator.clients("dynamodb").put_item(TableName=after.physical_ids["Table"], Item=KEY)
    _check(emulator, after)


def test_a_folder_that_has_lost_everything_is_deployed_anew(emulator: Emulator, start: Any) -> None:
    before = start()
    emulator.stop()
    for file in (emulator.state / "services").glob("*.json"):
        file.unlink()
    emulator.start()
    assert start().types == before.types


def test_a_stack_that_stands_is_left_alone(emulator: Emulator, start: Any) -> None:
    start()
    events = emulator.clients("cloudformation").describe_stack_events
    before = events(StackName=deploy.STACK)["StackEvents"]
    start()
    assert events(StackName=deploy.STACK)["StackEvents"] == before


def test_data_that_cannot_be_taken_over_is_not_written_over(
    emulator: Emulator, start: Any, template: dict[str, Any], wait_for: Any
) -> None:
    before = start()
    _fill(emulator, before)
    emulator.clients("cloudformation").delete_stack(StackName=deploy.STACK)
    wait_for(lambda: deploy.stack_status(emulator.clients) is None, "the end of the stack")
    del template["Resources"]["Table"]["DeletionPolicy"]  # CloudFormation imports nothing without
    with pytest.raises(DeployError, match="DeletionPolicy"):
        start()
    _check(emulator, before)
