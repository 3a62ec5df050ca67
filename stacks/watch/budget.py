"""The monthly budget."""

from typing import Literal

from aws_cdk import aws_budgets as budgets
from constructs import Construct

from stacks.settings import Settings


class Budget(Construct):
    """A budget with warnings at 80 % and 100 % of the month's amount, and if 100 % is forecast.

    It counts the whole account. A filter by tag would silently count nothing until the tag is
    activated for billing. The name is generated: a change of subscribers replaces the budget, and
    two budgets cannot have the same name at the same time.
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
