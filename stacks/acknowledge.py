"""Findings of cdk-nag and checkov that are as they should be, each with its reason."""

from aws_cdk import Acknowledgment, CfnResource, Validations
from constructs import IConstruct

CHECKOV = "CKV"
"""How the ids of checkov's checks begin."""


def acknowledge(construct: IConstruct, reason: str, *findings: str) -> None:
    """Accept `findings` for a construct: one tool's, or the same thing said by both.

    cdk-nag's (such as `AwsSolutions-S1`) also for whatever is in the construct; checkov's (such as
    `CKV_AWS_18`) for the construct's own resource alone, in whose metadata it looks for them.
    """
    for finding in findings:
        if finding.startswith(CHECKOV):
            _skip(construct, reason, finding)
        else:
            Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))


def _skip(construct: IConstruct, reason: str, check: str) -> None:
    resource = construct.node.default_child or construct
    assert isinstance(resource, CfnResource)
    before = resource.get_metadata("checkov") or {"skip": []}
    resource.add_metadata("checkov", {"skip": [*before["skip"], {"id": check, "comment": reason}]})
