"""The construct with all monitoring: dashboard, alarms, budget and saved queries."""

from constructs import Construct

from stacks.watch.alarms import Alarms
from stacks.watch.budget import Budget
from stacks.watch.dashboard import Dashboard
from stacks.watch.queries import Queries
from stacks.watch.watched import Watched


class Watch(Construct):
    """Dashboard, alarms and saved queries, and a budget if `monthlyBudget` is set."""

    def __init__(self, scope: Construct, construct_id: str, watched: Watched) -> None:
        super().__init__(scope, construct_id)
        Dashboard(self, "Dashboard", watched)
        Alarms(self, "Alarms", watched)
        Queries(self, "Queries", watched)
        if watched.settings.monthly_budget:
            Budget(self, "Budget", watched.settings)
