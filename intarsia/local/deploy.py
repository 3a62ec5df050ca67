"""Deployment of the synthesised stack into the emulator by CloudFormation."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from intarsia.local import leftovers
from intarsia.local.assembly import Asset
from intarsia.local.errors import DeployError

STACK = "Intarsia"
TEMPLATE_BUCKET = "intarsia-local-deployment"
TEMPLATE_KEY = "template.json"
LIMIT = 120.0  # seconds; a deployment takes one or two
POLL = 0.1  # seconds

STANDING = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
"""CloudFormation statuses of a stack that matches its template."""

BROKEN = frozenset(
    {
        *("ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED", "DELETE_FAILED"),
        *("UPDATE_ROLLBACK_FAILED", "IMPORT_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_FAILED"),
    }
)
"""CloudFormation statuses of a stack that can only be deleted. Its data is kept (`DeletionPolicy:
Retain`)."""

Clients = Callable[[str], Any]
"""Function of an AWS service's name, such as `s3`, that returns its boto3 client."""


@dataclass(frozen=True)
class Deployment:
    """CloudFormation outputs and resources of the deployed stack."""

    outputs: dict[str, str]
    """Values of the outputs by name."""
    physical_ids: dict[str, str]
    """Physical ids of the resources by logical id."""
    types: dict[str, str]
    """Resource types, such as `AWS::S3::Bucket`, by logical id."""

    def only(self, resource_type: str) -> str:
        """Return the physical id of the only resource of a type, such as `AWS::ApiGatewayV2::Api`.

        Raises DeployError unless there is exactly one.
        """
        found = [
            self.physical_ids[name] for name, kind in self.types.items() if kind == resource_type
        ]
        if len(found) != 1:
            raise DeployError(
                f"the stack has {len(found)} resources of type {resource_type}; exactly 1 is needed"
            )
        return found[0]


def publish(clients: Clients, assets: list[Asset]) -> None:
    """Upload the assets to the buckets and keys that the CloudFormation template expects.

    Missing buckets are created. Existing objects are skipped: keys are hashes of the content.
    """
    s3 = clients("s3")
    for bucket in sorted({asset.bucket for asset in assets}):
        if not _exists(s3.head_bucket, Bucket=bucket):
            s3.create_bucket(Bucket=bucket)
    for asset in assets:
        if not _exists(s3.head_object, Bucket=asset.bucket, Key=asset.key):
            s3.put_object(Bucket=asset.bucket, Key=asset.key, Body=asset.content())


def deploy(clients: Clients, template: dict[str, Any], parameters: Mapping[str, str]) -> None:
    """Create or update the stack from a CloudFormation template, and wait until that has ended.

    `parameters` are the values of the template's parameters by name. A broken or interrupted stack
    is deleted first, and the new one adopts its data.

    Raises DeployError unless the stack matches the template within LIMIT seconds. The message has
    the reason of each resource that failed.
    """
    cloudformation = clients("cloudformation")
    s3 = clients("s3")
    # CreateStack accepts at most 51,200 bytes of template in its request.
    if not _exists(s3.head_bucket, Bucket=TEMPLATE_BUCKET):
        s3.create_bucket(Bucket=TEMPLATE_BUCKET)
    s3.put_object(Bucket=TEMPLATE_BUCKET, Key=TEMPLATE_KEY, Body=json.dumps(template).encode())
    request = {
        "StackName": STACK,
        "TemplateURL": f"{s3.meta.endpoint_url}/{TEMPLATE_BUCKET}/{TEMPLATE_KEY}",
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    }
    status = stack_status(clients)
    if status and (status in BROKEN or status.endswith("_IN_PROGRESS")):
        # On AWS, too, such a stack can only be deleted. Nothing else deploys here: a stack in
        # progress was left by an emulator that was killed.
        cloudformation.delete_stack(StackName=STACK)
        _await_end(clients)
        status = None
    if status is None:
        status = _adopt(clients, template)
    try:
        if status is None:
            cloudformation.create_stack(**request)
        else:
            cloudformation.update_stack(**request)
    except ClientError as error:
        message = error.response["Error"]["Message"]
        if "No updates are to be performed" in message:
            return
        raise DeployError(f"the emulator rejected the template: {message[-2000:]}") from error
    status = _await_end(clients)
    if status not in STANDING:
        raise DeployError(f"the deployment ended as {status}:\n{_reasons(cloudformation)}")


def _adopt(clients: Clients, template: dict[str, Any]) -> str | None:
    """Import the table and buckets of an earlier stack; return the new stack's status.

    Returns None if there is nothing to import. Raises DeployError if the import fails.
    """
    try:
        adopted = leftovers.adopt(clients, STACK, template["Resources"])
    except (ClientError, WaiterError) as error:
        raise DeployError(f"the data of an earlier stack cannot be imported: {error}") from error
    status = _await_end(clients) if adopted else None
    if adopted and status != "IMPORT_COMPLETE":
        raise DeployError(
            "the data of an earlier stack cannot be imported; the import ended as "
            f"{status}:\n{_reasons(clients('cloudformation'))}"
        )
    return status


def digest(template: dict[str, Any], parameters: Mapping[str, str]) -> str:
    """Return a hash of a deployment's inputs: a CloudFormation template and its parameters.

    The assets are covered, too, because the template names them by the hash of their content.
    """
    return hashlib.sha256(json.dumps([template, parameters], sort_keys=True).encode()).hexdigest()


def stack_status(clients: Clients) -> str | None:
    """Return the stack's CloudFormation status; None if there is no stack."""
    try:
        stacks = clients("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise
    status = str(stacks[0]["StackStatus"])
    return None if status == "DELETE_COMPLETE" else status


def deployment(clients: Clients) -> Deployment:
    """Return the CloudFormation outputs and resources of the deployed stack.

    Raises botocore's ClientError if there is no stack.
    """
    cloudformation = clients("cloudformation")
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    resources = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
    return Deployment(
        outputs={one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])},
        physical_ids={one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources},
        types={one["LogicalResourceId"]: one["ResourceType"] for one in resources},
    )


def _await_end(clients: Clients) -> str | None:
    deadline = time.monotonic() + LIMIT
    while (status := stack_status(clients)) and status.endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise DeployError(f"the deployment is still {status} after {LIMIT:.0f} s")
        time.sleep(POLL)
    return status


def _reasons(cloudformation: Any) -> str:
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    failures = [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event['ResourceStatusReason']}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
    ]
    return "\n".join(failures) or "no reason was reported; see the emulator's log"


def _exists(head: Callable[..., Any], **request: str) -> bool:
    try:
        head(**request)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True
