"""Dashboard, alarms, budget and saved queries."""

import json
import re
from pathlib import Path

import pytest

from intarsia.domain.jobs import Failure
from intarsia.domain.states import Stage, Status
from intarsia.workflow.measuring import ENDED

RUNBOOK = Path(__file__).parents[2] / "docs/operations.md"
QUESTIONS = [
    "Are jobs finishing?",
    "How long do they wait, inject, render, encode?",
    "What fails, and why?",
    "How many machines, how busy, at what cost?",
    "Are webhooks delivered?",
    "Is a limit near?",
]


@pytest.fixture
def widgets(template):
    body = template.flat(template.one("AWS::CloudWatch::Dashboard")["DashboardBody"])
    return json.loads(body)["widgets"]


def alarms(template):
    return {
        alarm["Properties"]["AlarmName"].removeprefix("studio-"): alarm["Properties"]
        for alarm in template.all("AWS::CloudWatch::Alarm").values()
    }


class TestDashboard:
    def metrics(self, widgets, namespace):
        return {
            metric[1]
            for widget in widgets
            for metric in widget["properties"].get("metrics", [])
            if metric[0] == namespace
        }

    def test_asks_an_operators_questions_from_top_to_bottom(self, widgets):
        headers = [each for each in widgets if each["type"] == "text"]
        headers.sort(key=lambda header: header["y"])
        asked = [header["properties"]["markdown"].removeprefix("## ") for header in headers]
        assert asked == QUESTIONS

    def test_every_question_has_graphs_that_fill_its_width(self, widgets):
        headers = sorted(each["y"] for each in widgets if each["type"] == "text")
        for top in headers:
            row = [each for each in widgets if each["y"] == top + 1]
            assert sum(each["width"] for each in row) == 24

    def test_shows_what_is_counted_of_jobs(self, widgets):
        kinds = set(Failure.model_fields["kind"].annotation.__args__) - {"cancelled"}
        assert self.metrics(widgets, "Intarsia") == {
            "JobsSubmitted",
            "WaitSeconds",
            "JobSeconds",
            "AttemptsLost",
            "GpuBusySeconds",
            "LinuxBusySeconds",
            "JobCost",
            "WebhooksDelivered",
            "WebhooksPostponed",
            "WebhooksGivenUp",
            *ENDED.values(),
            *(f"JobsFailed{kind.capitalize()}" for kind in kinds),
            *(f"{stage.value.capitalize()}Seconds" for stage in Stage),
        }
        assert set(ENDED) == {status for status in Status if status.terminal}

    def test_watches_what_aws_measures_itself(self, widgets):
        shown = {
            metric[0]
            for widget in widgets
            for metric in widget["properties"].get("metrics", [])
            if isinstance(metric[0], str)
        }
        assert shown == {
            "Intarsia",
            "AWS/ApiGateway",
            "AWS/DynamoDB",
            "AWS/Lambda",
            "AWS/SQS",
            "AWS/States",
            "AWS/Usage",
            "ECS/ContainerInsights",
        }


class TestAlarms:
    def test_each_has_a_line_in_the_runbook_and_each_line_an_alarm(self, large):
        """The large configuration has all of them. Those of functions share one line."""
        functions = {
            f"{each['Properties']['FunctionName'].removeprefix('studio-')}-errors"
            for each in large.all("AWS::Lambda::Function").values()
        }
        made = set(alarms(large))
        assert functions <= made
        rows = re.findall(r"^\| `([a-z-]+)` \|", RUNBOOK.read_text(), re.MULTILINE)
        assert sorted(rows) == sorted(made - functions | {"function-errors"})

    def test_says_where_to_read_on(self, template):
        for name, alarm in alarms(template).items():
            assert f"docs/operations.md, {name}" in alarm["AlarmDescription"]

    def test_silence_is_no_alarm(self, template):
        assert {each["TreatMissingData"] for each in alarms(template).values()} == {"notBreaching"}

    def test_every_dead_letter_queue_has_one(self, template):
        watched = {
            template.flat(alarm["Dimensions"][0]["Value"])
            for alarm in alarms(template).values()
            if alarm["Namespace"] == "AWS/SQS"
        }
        dead = {
            f"<{name}.QueueName>"
            for name, queue in template.all("AWS::SQS::Queue").items()
            if "RedrivePolicy" not in queue["Properties"]
        }
        assert watched == dead

    def test_without_an_address_nobody_is_written_to(self, template):
        kinds = {each["Type"] for each in template.body["Resources"].values()}
        assert not kinds & {"AWS::SNS::Topic", "AWS::Budgets::Budget"}
        assert not any("AlarmActions" in alarm for alarm in alarms(template).values())

    def test_an_address_is_written_to_by_every_alarm(self, large):
        topic = large.id_of("AWS::SNS::Topic")
        for alarm in alarms(large).values():
            assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": topic}]
        subscription = large.one("AWS::SNS::Subscription")
        assert (subscription["Protocol"], subscription["Endpoint"]) == (
            "email",
            "renders@studio.example",
        )

    def test_only_this_accounts_alarms_may_publish_and_only_by_tls(self, large):
        statements = large.one("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
        allowed = [each for each in statements if each["Effect"] == "Allow"]
        assert [each["Principal"] for each in allowed] == [{"Service": "cloudwatch.amazonaws.com"}]
        assert allowed[0]["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
        (denied,) = [each for each in statements if each["Effect"] == "Deny"]
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_budget_warns_before_and_at_its_amount(large):
    budget = large.one("AWS::Budgets::Budget")
    # Who is told is create-only: a new one of the same name could not be made beside the old.
    assert "BudgetName" not in budget["Budget"]
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 50000, "Unit": "USD"}
    warnings = [
        (each["Notification"]["NotificationType"], each["Notification"]["Threshold"])
        for each in budget["NotificationsWithSubscribers"]
    ]
    assert warnings == [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]


def test_saved_queries_read_logs_that_there_are(any_template):
    groups = {
        group["Properties"]["LogGroupName"]
        for group in any_template.all("AWS::Logs::LogGroup").values()
        if "LogGroupName" in group["Properties"]
    }
    for query in any_template.all("AWS::Logs::QueryDefinition").values():
        assert set(query["Properties"]["LogGroupNames"]) <= groups


def test_every_log_is_kept_as_long_as_the_setting_says(large):
    for group in large.all("AWS::Logs::LogGroup").values():
        assert group["Properties"]["RetentionInDays"] == 90
