"""IAM permissions, one statement at a time, with a reason for each wildcard."""

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from stacks.acknowledge import acknowledge

EVERY_TEAM = (
    "Keys begin with the id of a team or a job, and the same code serves all teams. The code "
    "checks against the table which of them a request or a render may access."
)
"""Reason that code may access every object under a prefix."""


class WildcardError(ValueError):
    """A statement with a wildcard and without a reason."""


def allow(
    who: iam.Role | lambda_.Function,
    resource: str,
    *actions: str,
    conditions: dict[str, Any] | None = None,
    why: str = "",
) -> None:
    """Let `who` perform `actions` on `resource` (an ARN).

    `why` is the reason recorded for cdk-nag, required if the resource has a wildcard. Raises
    WildcardError if it is missing.
    """
    role = role_of(who)
    role.add_to_principal_policy(
        iam.PolicyStatement(actions=list(actions), resources=[resource], conditions=conditions)
    )
    name = _flat(Stack.of(role).resolve(resource))
    if "*" not in name:
        return
    if not why:
        raise WildcardError(
            f"{name}: the wildcard in a permission of {role.node.path} needs a reason; pass `why`"
        )
    acknowledge(role, why, f"AwsSolutions-IAM5[Resource::{name}]")


def items(*keys: str) -> dict[str, Any]:
    """Return a condition that limits actions to partition keys matching one of `keys`.

    Use it only for actions that always name a key, such as GetItem. An action without a key also
    fulfils the condition.
    """
    return {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(keys)}}


def role_of(who: iam.Role | lambda_.Function) -> iam.IRole:
    """Return `who` itself if it is a role, or the function's role."""
    role = who if isinstance(who, iam.Role) else who.role
    assert role is not None  # every function has one
    return role


def _flat(resolved: Any) -> str:
    """Return an ARN with references in the notation of cdk-nag's finding ids."""
    match resolved:
        case {"Fn::Join": ["", [*parts]]}:
            return "".join(_flat(part) for part in parts)
        case {"Fn::GetAtt": [logical_id, attribute]}:
            return f"<{logical_id}.{attribute}>"
        case {"Ref": logical_id}:
            return f"<{logical_id}>"
        case _:
            return str(resolved)
