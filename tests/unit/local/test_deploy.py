"""Deploying a small stack: again, changed, and broken."""

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from intarsia.local.assembly import Assembly
from intarsia.local.deploy import deploy, deployment, publish, stack_status
from intarsia.local.errors import DeployError, SynthError

QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "small", "DelaySeconds": 1}}


@pytest.fixture
def clients(emulator: Any) -> Any:
    yield emulator.clients
    emulator.clients("cloudformation").delete_stack(StackName="Intarsia")


def _delay(clients: Any) -> str:
    sqs = clients("sqs")
    url = sqs.get_queue_url(QueueName="small")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])
    return str(attributes["Attributes"]["DelaySeconds"])


def test_a_stack_is_created_then_updated_and_an_unchanged_one_is_left_alone(clients: Any) -> None:
    template: dict[str, Any] = {
        "Parameters": {"Delay": {"Type": "String"}},
        "Resources": {
            "Queue": {
                "Type": "AWS::SQS::Queue",
                "Properties": {"QueueName": "small", "DelaySeconds": {"Ref": "Delay"}},
            }
        },
        "Outputs": {"Name": {"Value": {"Fn::GetAtt": ["Queue", "QueueName"]}}},
    }
    deploy(clients, template, {"Delay": "1"})
    assert _delay(clients) == "1"
    deploy(clients, template, {"Delay": "2"})
    assert _delay(clients) == "2"
    deploy(clients, template, {"Delay": "2"})
    assert deployment(clients).outputs == {"Name": "small"}
    assert deployment(clients).only("AWS::SQS::Queue").endswith("/small")
    with pytest.raises(DeployError, match="0 resources of type AWS::S3::Bucket"):
        deployment(clients).only("AWS::S3::Bucket")


def test_a_template_larger_than_a_request_may_be_is_deployed(clients: Any) -> None:
    deploy(clients, {"Resources": {"Queue": QUEUE}, "Metadata": {"x": "y" * 60_000}}, {})
    assert stack_status(clients) == "CREATE_COMPLETE"


def test_a_resource_that_fails_is_named_with_its_reason_and_mending_it_helps(clients: Any) -> None:
    broken = {
        "Type": "AWS::Lambda::Url",
        "Properties": {"TargetFunctionArn": "no-such-function", "AuthType": "NONE"},
    }
    with pytest.raises(DeployError, match=r"Broken \(AWS::\S+\): .*no-such"):
        deploy(clients, {"Resources": {"Broken": broken}}, {})
    deploy(clients, {"Resources": {"Queue": QUEUE}}, {})
    assert stack_status(clients) == "CREATE_COMPLETE"


def test_a_template_that_the_emulator_refuses_says_why(clients: Any) -> None:
    with pytest.raises(DeployError, match="AWS::Nothing::AtAll"):
        deploy(clients, {"Resources": {"X": {"Type": "AWS::Nothing::AtAll"}}}, {})


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    """A cdk.out with a folder that is stored as a zip, and a plain file."""
    code = tmp_path / "asset.abc"
    (code / "package").mkdir(parents=True)
    (code / "package" / "module.py").write_text("x = 1\n")
    (tmp_path / "plain.json").write_text("{}")
    (tmp_path / "Small.template.json").write_text(json.dumps({"Resources": {}}))
    files = {
        "abc": {"path": "asset.abc", "packaging": "zip"},
        "def": {"path": "plain.json", "packaging": "file"},
        "ghi": {"path": "Small.template.json", "packaging": "file"},
    }
    manifest = {
        "files": {
            name: {
                "source": source,
                "destinations": {"here": {"bucketName": "assets", "objectKey": f"{name}.x"}},
            }
            for name, source in files.items()
        }
    }
    (tmp_path / "Small.assets.json").write_text(json.dumps(manifest))
    return tmp_path


def test_assets_are_published_where_the_template_looks_for_them(
    assembly: Path, clients: Any
) -> None:
    found = Assembly.read(assembly)
    assert found.template == {"Resources": {}}
    for _ in range(2):
        publish(clients, found.assets)
    s3 = clients("s3")
    keys = {one["Key"] for one in s3.list_objects_v2(Bucket="assets")["Contents"]}
    assert keys == {"abc.x", "def.x"}
    body = s3.get_object(Bucket="assets", Key="abc.x")["Body"].read()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.read("package/module.py") == b"x = 1\n"


def test_the_same_files_make_the_same_zip_whatever_their_dates(assembly: Path) -> None:
    (asset,) = [asset for asset in Assembly.read(assembly).assets if asset.zipped]
    before = asset.content()
    os.utime(assembly / "asset.abc" / "package" / "module.py", (1, 1))
    assert asset.content() == before


def test_an_app_of_two_stacks_is_refused(assembly: Path) -> None:
    (assembly / "Second.assets.json").write_text("{}")
    with pytest.raises(SynthError, match="2 stacks"):
        Assembly.read(assembly)
