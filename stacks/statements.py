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
"""Reason, for cdk-nag, why functions and workers may access the data of every team."""


class WildcardError(ValueError):
    """Permission that has a wildcard in its resource and gives no reason for it."""


def allow(
    who: iam.Role | lambda_.Function,
    resource: str,
    *actions: str,
    conditions: dict[str, Any] | None = None,
    why: str = "",
) -> None:
    """Let `who` perform `actions` on `resource`, an ARN.

    `conditions` are those of the IAM statement; None: the permission is unconditional. `why` is the
    reason, for cdk-nag, of a wildcard in `resource`. Raises WildcardError if there is a wildcard
    and no reason.
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
    """Return an IAM condition that limits actions on a DynamoDB table to some of its items.

    An item's partition key must match one of `keys`, which may contain `*`. Use the condition only
    for actions that always name a key, such as GetItem: an action without a key also fulfils it.
    """
    return {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(keys)}}


def role_of(who: iam.Role | lambda_.Function) -> iam.IRole:
    """Return `who` itself if it is a role, or the role of the function `who`."""
    role = who if isinstance(who, iam.Role) else who.role
    assert role is not None  # every function has one
    return role


def _flat(resolved: Any) -> str:
    """Return a resolved ARN as text, with references as in cdk-nag's ids: `<Table.Arn>`."""
    match resolved:
        case {"Fn::Join": ["", [*parts]]}:
            return "".join(_flat(part) for part in parts)
        case {"Fn::GetAtt": [logical_id, attribute]}:
            return f"<{logical_id}.{attribute}>"
        case {"Ref": logical_id}:
            return f"<{logical_id}>"
        case _:
            return str(resolved)
