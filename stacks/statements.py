"""Permissions, one statement at a time; one with a wildcard says why it has it."""

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from stacks.acknowledge import acknowledge

EVERY_TEAM = (
    "Keys begin with a team's or a job's id, and the same code serves all of them: which of them "
    "a request or a render may touch is decided there, against the table."
)
"""Why code may touch every object under a prefix."""


class WildcardError(ValueError):
    """A statement has a wildcard and does not say why."""


def allow(
    who: iam.Role | lambda_.Function,
    resource: str,
    *actions: str,
    conditions: dict[str, Any] | None = None,
    why: str = "",
) -> None:
    """Let `who` do `actions` on `resource` (an ARN).

    `why` is needed for a resource with a wildcard, and is what cdk-nag is told. Raises
    WildcardError without it.
    """
    role = role_of(who)
    role.add_to_principal_policy(
        iam.PolicyStatement(actions=list(actions), resources=[resource], conditions=conditions)
    )
    name = _flat(Stack.of(role).resolve(resource))
    if "*" not in name:
        return
    if not why:
        raise WildcardError(f"{name}: say why {role.node.path} needs all of these")
    acknowledge(role, why, f"AwsSolutions-IAM5[Resource::{name}]")


def items(*keys: str) -> dict[str, Any]:
    """A condition: items of the table whose partition key is like one of these patterns.

    For actions that always name a key, such as GetItem: one that names none fulfils it too.
    """
    return {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(keys)}}


def role_of(who: iam.Role | lambda_.Function) -> iam.IRole:
    """The role that `who` acts with."""
    role = who if isinstance(who, iam.Role) else who.role
    assert role is not None  # every function has one
    return role


def _flat(resolved: Any) -> str:
    """An ARN with references in it, written as cdk-nag writes it in a finding's id."""
    match resolved:
        case {"Fn::Join": ["", [*parts]]}:
            return "".join(_flat(part) for part in parts)
        case {"Fn::GetAtt": [logical_id, attribute]}:
            return f"<{logical_id}.{attribute}>"
        case {"Ref": logical_id}:
            return f"<{logical_id}>"
        case _:
            return str(resolved)
