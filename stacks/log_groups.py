"""Log groups and their retention in CloudWatch."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.settings import Settings

NO_SECRETS = (
    "CloudWatch encrypts it with its own key. No log contains a secret. A customer key would only "
    "exclude people to whom the operator gives access to logs."
)
"""Reason, for checkov, why no log group is encrypted with a KMS key of ours."""

_DAYS = {
    1: "ONE_DAY",
    3: "THREE_DAYS",
    5: "FIVE_DAYS",
    7: "ONE_WEEK",
    14: "TWO_WEEKS",
    30: "ONE_MONTH",
    60: "TWO_MONTHS",
    90: "THREE_MONTHS",
    120: "FOUR_MONTHS",
    150: "FIVE_MONTHS",
    180: "SIX_MONTHS",
    365: "ONE_YEAR",
    400: "THIRTEEN_MONTHS",
    545: "EIGHTEEN_MONTHS",
    731: "TWO_YEARS",
    1096: "THREE_YEARS",
    1827: "FIVE_YEARS",
}


def days_kept(settings: Settings) -> logs.RetentionDays:
    """Return the CDK's constant for the retention of logs in the setting `logDays`."""
    return logs.RetentionDays[_DAYS[settings.log_days]]


def log_group(scope: Construct, construct_id: str, name: str, settings: Settings) -> logs.LogGroup:
    """Create a CloudWatch log group called `name`, which is deleted with the stack."""
    group = logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=days_kept(settings),
        removal_policy=RemovalPolicy.DESTROY,
    )
    acknowledge(group, NO_SECRETS, "CKV_AWS_158")
    return group
