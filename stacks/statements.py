"""Permissions, one statement at a time."""

from typing import Any

from aws_cdk import aws_iam as iam


def allow(
    who: iam.IGrantable, resource: str, *actions: str, conditions: dict[str, Any] | None = None
) -> None:
    """Let `who` (a role, or a function by its role) do `actions` on `resource` (an ARN)."""
    who.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(actions=list(actions), resources=[resource], conditions=conditions)
    )
