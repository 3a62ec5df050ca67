"""Acknowledgement of accepted cdk-nag and checkov findings, each with its reason."""

from aws_cdk import Acknowledgment, CfnResource, Validations
from constructs import IConstruct

CHECKOV = "CKV"
"""Prefix of the ids of checkov's checks."""


def acknowledge(construct: IConstruct, reason: str, *findings: str) -> None:
    """Accept `findings` of cdk-nag and checkov for a construct, and record the `reason`.

    Findings are ids of the tools' rules. A cdk-nag finding (such as `AwsSolutions-S1`) is also
    accepted for the construct's children. A checkov finding (such as `CKV_AWS_18`) is accepted for
    the construct's own resource only, in that resource's metadata in the CloudFormation template.
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
