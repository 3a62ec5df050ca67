"""The monthly AWS budget."""

from typing import Literal

from aws_cdk import aws_budgets as budgets
from constructs import Construct

from stacks.settings import Settings


class Budget(Construct):
    """Budget for the costs of the whole AWS account in a month, as set by `monthlyBudget`.

    If `alarmEmail` is set, it gets warnings at 80 % and 100 % of the amount, and if 100 % is
    forecast. Costs are not filtered by tag: a filter would silently count nothing until the tag is
    activated for billing. The budget's name is generated, because a change of subscribers replaces
    the budget, and two budgets cannot have the same name at the same time.
    """

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        email = settings.alarm_email
        budgets.CfnBudget(
            self,
            "Monthly",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(
                    amount=settings.monthly_budget, unit="USD"
                ),
            ),
            notifications_with_subscribers=[
                _warning("ACTUAL", 80, email),
                _warning("ACTUAL", 100, email),
                _warning("FORECASTED", 100, email),
            ]
            if email
            else None,
        )


def _warning(
    kind: Literal["ACTUAL", "FORECASTED"], percent: int, email: str
) -> budgets.CfnBudget.NotificationWithSubscribersProperty:
    return budgets.CfnBudget.NotificationWithSubscribersProperty(
        notification=budgets.CfnBudget.NotificationProperty(
            notification_type=kind,
            comparison_operator="GREATER_THAN",
            threshold=percent,
            threshold_type="PERCENTAGE",
        ),
        subscribers=[
            budgets.CfnBudget.SubscriberProperty(subscription_type="EMAIL", address=email)
        ],
    )
