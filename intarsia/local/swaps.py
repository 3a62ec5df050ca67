"""All changes to the CloudFormation template for a stack on a laptop, each with its reason.

The emulator gets the synthesised template that AWS gets. Parts that it does not support are
removed, replaced or set by its API here, and nowhere else. An entry that finds nothing to change is
an error, so that the lists stay correct.
"""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from intarsia import names
from intarsia.local import webhook_rules
from intarsia.local.errors import SwapError

Clients = Callable[[str], Any]
"""Function of an AWS service's name, such as `s3`, that returns its boto3 client."""
Template = dict[str, Any]
"""CloudFormation template."""
Properties = dict[str, Any]
"""A resource's property of type object in a CloudFormation template."""


@dataclass(frozen=True)
class Swap:
    """One change of the CloudFormation template, with its name and reason for `intarsia status`.

    `apply` changes the template in place, and returns whether it found the parts to change.
    """

    name: str
    why: str
    apply: Callable[[Template], bool]
    always: bool = True
    """Whether a template with default settings has the parts that the swap changes."""


@dataclass(frozen=True)
class Setting:
    """A property that the emulator ignores in a CloudFormation template but supports in its API."""

    name: str
    why: str
    resource_type: str
    """Type of the resources with the property, such as `AWS::S3::Bucket`."""
    prop: str
    """Name of the property in CloudFormation."""
    apply: Callable[[Clients, str, Any], object]
    """Function that sets the property on an existing resource, by a call of the emulator's API.

    It gets the clients, the resource's physical id and the property's value.
    """


def adapted(
    template: Template, swaps: "tuple[Swap, ...] | None" = None, *, configured: bool = False
) -> Template:
    """Return a copy of the CloudFormation template with `swaps` applied; None: SWAPS.

    `configured` is True for a template with an operator's settings. It may lack parts of the
    default one, such as a GPU fleet. Raises SwapError for a swap that finds nothing to change,
    unless the template is `configured` or the swap is not `always` needed.
    """
    result = copy.deepcopy(template)
    for swap in SWAPS if swaps is None else swaps:
        if not swap.apply(result) and swap.always and not configured:
            raise SwapError(
                f'the swap "{swap.name}" no longer matches anything in the template: '
                "correct or remove it in intarsia/local/swaps.py"
            )
    return result


def settle(template: Template, physical_ids: dict[str, str], clients: Clients) -> None:
    """Apply all SETTINGS to the deployed stack by the emulator's API.

    `template` is the synthesised one. `physical_ids` maps its logical ids to physical ones. Raises
    SwapError if no resource of the template has one of the settings, or if a lifecycle rule has
    unsupported keys.
    """
    for setting in SETTINGS:
        cases = {
            logical_id: resource["Properties"][setting.prop]
            for logical_id, resource in template["Resources"].items()
            if resource["Type"] == setting.resource_type
            and setting.prop in resource.get("Properties", {})
        }
        if not cases:
            raise SwapError(
                f'no resource of the template has the setting "{setting.name}" any more: '
                "remove it from SETTINGS in intarsia/local/swaps.py"
            )
        for logical_id, value in cases.items():
            setting.apply(clients, physical_ids[logical_id], value)


def drop(*types: str) -> Callable[[Template], bool]:
    """Return an `apply` of a Swap that removes the resources of these CloudFormation types.

    References to the resources are replaced by their logical ids. `apply` returns True if the
    template had resources of each type.
    """

    def apply(template: Template) -> bool:
        resources = template["Resources"]
        dropped = {name for name, resource in resources.items() if resource["Type"] in types}
        found = {resources[name]["Type"] for name in dropped}
        for name in dropped:
            del resources[name]
        for resource in resources.values():
            _forget_dependencies(resource, dropped)
        for section in ("Resources", "Outputs"):
            if section in template:
                template[section] = _rewritten(template[section], dropped)
        return found == set(types)

    return apply


def _forget_dependencies(resource: dict[str, Any], dropped: set[str]) -> None:
    wanted = resource.get("DependsOn", [])
    names = [wanted] if isinstance(wanted, str) else wanted
    left = [name for name in names if name not in dropped]
    resource.pop("DependsOn", None)
    if left:
        resource["DependsOn"] = left


def _rewritten(value: Any, dropped: set[str]) -> Any:
    if isinstance(value, list):
        return [_rewritten(item, dropped) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("Ref") in dropped:
        return value["Ref"]
    target = value.get("Fn::GetAtt")
    if target and (name := _of(target)) in dropped:
        return name
    if "Fn::Sub" in value:
        return {"Fn::Sub": _rewritten_sub(value["Fn::Sub"], dropped)}
    return {key: _rewritten(item, dropped) for key, item in value.items()}


def _of(target: "str | list[str]") -> str:
    return target.partition(".")[0] if isinstance(target, str) else target[0]


def _rewritten_sub(sub: Any, dropped: set[str]) -> Any:
    if isinstance(sub, list):
        return [_rewritten_sub(sub[0], dropped), _rewritten(sub[1], dropped)]
    return re.sub(
        r"\$\{(\w+)(?:\.\w+)?\}",
        lambda match: match[1] if match[1] in dropped else match[0],
        sub,
    )


def looked_up_as(value: str) -> Callable[[Template], bool]:
    """Return an `apply` of a Swap that replaces parameters looked up in the Parameter Store.

    They become plain parameters with the default `value`. `apply` returns whether there are any.
    """

    def apply(template: Template) -> bool:
        parameters = template.get("Parameters", {}).values()
        found = [one for one in parameters if one["Type"].startswith(_LOOKED_UP)]
        for parameter in found:
            parameter.update(Type="String", Default=value)
        return bool(found)

    return apply


_LOOKED_UP = "AWS::SSM::Parameter::Value<"


def plain_http(template: Template) -> bool:
    """Remove the statements of bucket and queue policies that refuse requests without TLS.

    Policies without any other statement are removed, too. Returns whether there are such
    statements.
    """
    found = False
    resources = template["Resources"]
    for logical_id, resource in list(resources.items()):
        if resource["Type"] not in {"AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"}:
            continue
        document = resource["Properties"]["PolicyDocument"]
        kept = [each for each in document["Statement"] if not _demands_tls(each)]
        found = found or len(kept) < len(document["Statement"])
        document["Statement"] = kept
        if not kept:
            del resources[logical_id]
            for other in resources.values():
                _forget_dependencies(other, {logical_id})
    return found


OWN_PORTS = "OwnPorts"
"""Name of the CloudFormation parameter with the stack's own ports, in the format of ENV_OWN_PORTS,
such as `8090,4566`."""


def private_addresses(template: Template) -> bool:
    """Allow Lambda functions to reach private addresses, except the stack's own ports.

    Changes the functions that have the variable ENV_ALLOW_PRIVATE_SOURCES with the value 0. Returns
    whether there are any.
    """
    found = False
    for resource in template["Resources"].values():
        variables = resource.get("Properties", {}).get("Environment", {}).get("Variables", {})
        if variables.get(names.ENV_ALLOW_PRIVATE_SOURCES) == "0":
            variables[names.ENV_ALLOW_PRIVATE_SOURCES] = "1"
            variables[names.ENV_OWN_PORTS] = {"Ref": OWN_PORTS}
            found = True
    if found:
        template.setdefault("Parameters", {})[OWN_PORTS] = {"Type": "String"}
    return found


def _demands_tls(statement: dict[str, Any]) -> bool:
    return bool(statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}})


SWAPS: tuple[Swap, ...] = (
    Swap(
        "no capacity providers",
        "The emulator has no machines to scale: the local fleet runs every task. The workflow "
        "still names the provider, and the emulator accepts any name.",
        drop("AWS::ECS::CapacityProvider", "AWS::ECS::ClusterCapacityProviderAssociations"),
    ),
    Swap(
        "no GPU machines",
        "No Windows instances run here, so their Auto Scaling groups and launch templates are not "
        "needed.",
        drop("AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::LaunchTemplate"),
    ),
    Swap(
        "no Parameter Store lookups",
        "The parameters, such as the version of the CDK's bootstrap stack, exist only in a real "
        "account, and nothing here uses them.",
        looked_up_as("local"),
    ),
    Swap(
        "no TLS",
        "The emulator uses plain HTTP on the loopback interface. The bucket and queue policies "
        "would reject it.",
        plain_http,
    ),
    Swap(
        "private addresses",
        "The src of an asset or a template and the URL of a webhook may be on this machine, except "
        "at the stack's own ports. On AWS, only public addresses are allowed.",
        private_addresses,
    ),
    Swap(
        "no saved queries",
        "The emulator does not support CloudWatch Logs Insights, which lists them.",
        drop("AWS::Logs::QueryDefinition"),
    ),
    Swap(
        "no schema registry",
        "The emulator does not support it. The events are the same; docs/events.md describes them.",
        drop("AWS::EventSchemas::Registry", "AWS::EventSchemas::Schema"),
    ),
    Swap(
        "webhook rules are connected by API",
        "The emulator supports API destinations and connections, but does not create them from a "
        "template. Each start creates them by API.",
        lambda template: (
            webhook_rules.name_destinations(template)
            and drop("AWS::Events::ApiDestination", "AWS::Events::Connection")(template)
        ),
        always=False,
    ),
)
"""All swaps, in the order in which they are applied."""


def _time_to_live(clients: Clients, table: str, value: Properties) -> None:
    client = clients("dynamodb")
    known = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if known["TimeToLiveStatus"] == "DISABLED":  # enabling it twice is an error
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=value)


def _recovery(clients: Clients, table: str, value: Properties) -> None:
    clients("dynamodb").update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification=value
    )


def _lifecycle(clients: Clients, bucket: str, value: Properties) -> None:
    clients("s3").put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]},
    )


def _lifecycle_rule(rule: Properties) -> Properties:
    """Return a lifecycle rule of a CloudFormation template in the format of S3's API.

    Raises SwapError for a key that is not in _LIFECYCLE_KEYS.
    """
    spelled = {"ID": rule["Id"], "Status": rule["Status"]}
    spelled["Filter"] = {"Prefix": rule.get("Prefix", "")}
    if "ExpirationInDays" in rule:
        spelled["Expiration"] = {"Days": rule["ExpirationInDays"]}
    if "AbortIncompleteMultipartUpload" in rule:
        spelled["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    unknown = rule.keys() - _LIFECYCLE_KEYS
    if unknown:
        raise SwapError(
            f"a lifecycle rule has unsupported keys ({', '.join(sorted(unknown))}): "
            "add them to _lifecycle_rule in intarsia/local/swaps.py"
        )
    return spelled


_LIFECYCLE_KEYS = {"Id", "Status", "Prefix", "ExpirationInDays", "AbortIncompleteMultipartUpload"}

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "time to live of items",
        "The emulator ignores it in a template, so it is set by API.",
        "AWS::DynamoDB::Table",
        "TimeToLiveSpecification",
        _time_to_live,
    ),
    Setting(
        "point-in-time recovery of the table",
        "The emulator ignores it in a template, so it is set by API.",
        "AWS::DynamoDB::Table",
        "PointInTimeRecoverySpecification",
        _recovery,
    ),
    Setting(
        "expiry of objects and abandoned uploads",
        "The emulator ignores lifecycle rules in a template, so they are set by API. It stores "
        "them, but may never apply them.",
        "AWS::S3::Bucket",
        "LifecycleConfiguration",
        _lifecycle,
    ),
)
"""All settings that are applied after the deployment."""
