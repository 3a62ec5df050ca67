"""How long CloudWatch keeps a log."""

from aws_cdk import aws_logs as logs

from stacks.settings import Settings

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
    """The CDK's name for the setting's days."""
    return logs.RetentionDays[_DAYS[settings.log_days]]
