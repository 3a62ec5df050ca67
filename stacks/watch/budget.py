"""The monthly budget."""

from typing import Literal

from aws_cdk import aws_budgets as budgets
from constructs import Construct

from stacks.settings import Settings


class Budget(Construct):
    """Warns at four fifths of the month's amount, at all of it, and when it is foreseen.

    It counts the whole account: a filter by tag would count nothing until somebody has activated
    the tag for billing, and would not say so. Without a name of our own: a change of who is told
    replaces it, and a second budget of the same name cannot be made before the first is gone.
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
