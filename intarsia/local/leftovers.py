"""Adoption of an earlier stack's table and buckets by a new stack.

Needed when the emulator has lost the stack but not its resources. Creating the stack anew would
then replace the table with an empty one. So the data is first imported into the new stack, as on
AWS:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

Clients = Callable[[str], Any]
"""Function of an AWS service's name, such as `s3`, that returns its boto3 client."""
Resources = dict[str, Any]
"""Resources of a CloudFormation template by logical id."""

CHANGE_SET = "adopt"
TABLE, BUCKET = "AWS::DynamoDB::Table", "AWS::S3::Bucket"
BUS, FUNCTION = "AWS::Events::EventBus", "AWS::Lambda::Function"


def adopt(clients: Clients, stack: str, resources: Resources) -> bool:
    """Start to import the existing table and buckets into a new stack; return whether any exist.

    `stack` is the new stack's name, and `resources` are its template's. Existing event buses and
    event source mappings of the template are removed. The emulator would refuse to create the buses
    again, and the mappings would deliver each event twice.

    The import is not awaited. Raises botocore's ClientError if a request fails, and WaiterError if
    the import cannot be prepared.
    """
    _remove_buses(clients("events"), resources)
    _remove_mappings(clients("lambda"), resources)
    found = [*_tables(clients("dynamodb"), resources), *_buckets(clients("s3"), stack, resources)]
    if not found:
        return False
    kept = {one["LogicalResourceId"]: resources[one["LogicalResourceId"]] for one in found}
    cloudformation = clients("cloudformation")
    named = {"StackName": stack, "ChangeSetName": CHANGE_SET}
    cloudformation.create_change_set(
        **named,
        ChangeSetType="IMPORT",
        ResourcesToImport=found,
        TemplateBody=json.dumps({"Resources": kept}),
    )
    cloudformation.get_waiter("change_set_create_complete").wait(
        **named, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    cloudformation.execute_change_set(**named)
    return True


def _tables(dynamodb: Any, resources: Resources) -> Iterator[dict[str, Any]]:
    there = {
        name
        for page in dynamodb.get_paginator("list_tables").paginate()
        for name in page["TableNames"]
    }
    for logical_id, properties in _of_type(resources, TABLE):
        if properties.get("TableName") in there:
            yield _imported(TABLE, logical_id, "TableName", properties["TableName"])


def _buckets(s3: Any, stack: str, resources: Resources) -> Iterator[dict[str, Any]]:
    """Yield the newest existing bucket for each bucket of the template, as a resource to import.

    A bucket's name begins with the stack's name and the bucket's logical id.
    """
    there = sorted(s3.list_buckets()["Buckets"], key=lambda bucket: bucket["CreationDate"])
    for logical_id, _ in _of_type(resources, BUCKET):
        prefix = f"{stack}-{logical_id}-".lower()
        names = [one["Name"] for one in there if one["Name"].startswith(prefix)]
        if names:
            yield _imported(BUCKET, logical_id, "BucketName", names[-1])


def _remove_buses(events: Any, resources: Resources) -> None:
    there = {bus["Name"] for bus in events.list_event_buses()["EventBuses"]}
    for _, properties in _of_type(resources, BUS):
        bus = properties["Name"]
        if bus not in there:
            continue
        for rule in events.list_rules(EventBusName=bus)["Rules"]:
            named = {"Rule": rule["Name"], "EventBusName": bus}
            targets = events.list_targets_by_rule(**named)["Targets"]
            if targets:
                events.remove_targets(**named, Ids=[target["Id"] for target in targets])
            events.delete_rule(Name=rule["Name"], EventBusName=bus)
        events.delete_event_bus(Name=bus)


def _remove_mappings(functions: Any, resources: Resources) -> None:
    ours = {properties.get("FunctionName") for _, properties in _of_type(resources, FUNCTION)}
    pages = functions.get_paginator("list_event_source_mappings").paginate()
    for mapping in [one for page in pages for one in page["EventSourceMappings"]]:
        if mapping["FunctionArn"].rsplit(":", 1)[-1] in ours:
            functions.delete_event_source_mapping(UUID=mapping["UUID"])


def _of_type(resources: Resources, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, resource in resources.items():
        if resource["Type"] == kind:
            yield logical_id, resource.get("Properties", {})


def _imported(kind: str, logical_id: str, key: str, name: str) -> dict[str, Any]:
    return {
        "ResourceType": kind,
        "LogicalResourceId": logical_id,
        "ResourceIdentifier": {key: name},
    }
