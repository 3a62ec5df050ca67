"""Rules of the operator's: which events are sent where, as whom, and what if nobody takes them."""

import pytest
from pydantic import ValidationError

from stacks.webhook_rule import WebhookRule

FAILED = {"detail-type": ["Job Status Changed"], "detail": {"$or": [{"status": ["error"]}]}}
RULES = [
    {
        "name": "crm",
        "url": "https://crm.example.com/renders?from=intarsia",
        "pattern": FAILED,
        "auth": "apiKey",
        "secret": "crm-key",
        "perSecond": 3,
        "retryHours": 2,
    },
    {"name": "audit", "url": "https://audit.example.com/", "auth": "basic", "secret": "audit"},
    {"name": "open", "url": "https://open.example.com/", "pattern": {"source": ["somebody"]}},
]


def synthesised(rules):
    """A stack of a bus and these rules; findings of cdk-nag are an error."""
    from aws_cdk import App, Stack, assertions
    from aws_cdk import aws_events as events

    from stacks.nag import check
    from stacks.webhook_rules import WebhookRules

    app = App()
    stack = Stack(app, "Stack")
    WebhookRules(
        stack,
        "WebhookRules",
        prefix="studio",
        rules=[WebhookRule.model_validate(rule) for rule in rules],
        bus=events.EventBus(stack, "Bus", event_bus_name="studio"),
    )
    check(app)
    app.synth()
    return assertions.Template.from_stack(stack)


@pytest.fixture(scope="module")
def rules():
    return synthesised(RULES)


def one(template, kind, name):
    """Logical id and properties of the resource of a rule."""
    found = template.find_resources(kind, {"Properties": {"Name": f"studio-{name}"}})
    ((logical_id, resource),) = found.items()
    return logical_id, resource["Properties"]


def test_without_rules_there_is_nothing():
    made = synthesised([]).to_json()["Resources"].values()
    assert {resource["Type"] for resource in made} == {"AWS::Events::EventBus"}


def test_events_that_match_are_posted_to_the_address_at_the_rate_asked_for(rules):
    connection, _ = one(rules, "AWS::Events::Connection", "crm")
    destination, sent = one(rules, "AWS::Events::ApiDestination", "crm")
    assert sent["InvocationEndpoint"] == "https://crm.example.com/renders?from=intarsia"
    assert (sent["HttpMethod"], sent["InvocationRateLimitPerSecond"]) == ("POST", 3)
    assert sent["ConnectionArn"] == {"Fn::GetAtt": [connection, "Arn"]}
    _, rule = one(rules, "AWS::Events::Rule", "crm")
    (bus,) = rules.find_resources("AWS::Events::EventBus")
    assert rule["EventBusName"] == {"Ref": bus}
    assert rule["EventPattern"] == FAILED | {"source": ["intarsia"]}
    assert rule["State"] == "ENABLED"
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": [destination, "Arn"]}


def test_a_rule_never_sends_what_others_put_on_the_bus(rules):
    _, rule = one(rules, "AWS::Events::Rule", "open")
    assert rule["EventPattern"] == {"source": ["intarsia"]}


def test_what_nobody_takes_in_time_is_kept(rules):
    ((queue, kept),) = rules.find_resources("AWS::SQS::Queue").items()
    assert kept["Properties"]["SqsManagedSseEnabled"] is True
    assert kept["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600
    for name, hours in [("crm", 2), ("audit", 24)]:
        ((target),) = one(rules, "AWS::Events::Rule", name)[1]["Targets"]
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [queue, "Arn"]}}
        assert target["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": hours * 3600,
            "MaximumRetryAttempts": 185,
        }


def test_only_our_rules_reach_the_dead_letters_and_by_tls_alone(rules):
    ((_, policy),) = rules.find_resources("AWS::SQS::QueuePolicy").items()
    deny, *allowed = policy["Properties"]["PolicyDocument"]["Statement"]
    assert (deny["Effect"], deny["Action"]) == ("Deny", "sqs:*")
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    senders = [each["Condition"]["ArnEquals"]["aws:SourceArn"] for each in allowed]
    made = rules.find_resources("AWS::Events::Rule")
    assert sorted(map(str, senders)) == sorted(str({"Fn::GetAtt": [name, "Arn"]}) for name in made)
    assert {each["Action"] for each in allowed} == {"sqs:SendMessage"}


@pytest.mark.parametrize("name", ["crm", "audit", "open"])
def test_a_rule_may_use_its_own_destination_and_nothing_else(rules, name):
    (target,) = one(rules, "AWS::Events::Rule", name)[1]["Targets"]
    role = target["RoleArn"]["Fn::GetAtt"][0]
    statements = [
        statement
        for policy in rules.find_resources("AWS::IAM::Policy").values()
        if {"Ref": role} in policy["Properties"]["Roles"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]
    destination, _ = one(rules, "AWS::Events::ApiDestination", name)
    assert statements == [
        {
            "Action": "events:InvokeApiDestination",
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": [destination, "Arn"]},
        }
    ]


def test_what_proves_who_we_are_is_read_from_the_secret_and_not_in_the_template(rules):
    def field(secret, name):
        return f"{{{{resolve:secretsmanager:{secret}:SecretString:{name}::}}}}"

    _, key = one(rules, "AWS::Events::Connection", "crm")
    assert key["AuthorizationType"] == "API_KEY"
    assert key["AuthParameters"] == {
        "ApiKeyAuthParameters": {
            "ApiKeyName": field("crm-key", "name"),
            "ApiKeyValue": field("crm-key", "value"),
        }
    }
    _, basic = one(rules, "AWS::Events::Connection", "audit")
    assert basic["AuthorizationType"] == "BASIC"
    assert basic["AuthParameters"] == {
        "BasicAuthParameters": {
            "Username": field("audit", "username"),
            "Password": field("audit", "password"),
        }
    }


def test_a_rule_without_a_secret_sends_its_name(rules):
    _, connection = one(rules, "AWS::Events::Connection", "open")
    sent = {"ApiKeyName": "X-Intarsia-Rule", "ApiKeyValue": "open"}
    assert connection["AuthParameters"] == {"ApiKeyAuthParameters": sent}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"auth": "apiKey"}, "the rule crm: auth apiKey needs a secret"),
        ({"secret": "crm-key"}, "the rule crm: auth none uses no secret"),
        ({"url": "http://crm.example.com/"}, "url"),
        ({"perSecond": 301}, "perSecond"),
        ({"pattern": {"detail": {"error": [None]}}}, "the rule crm: the CDK cannot write null"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(rule, said):
    with pytest.raises(ValidationError, match=said):
        WebhookRule.model_validate({"name": "crm", "url": "https://crm.example.com/"} | rule)


def test_names_fit_into_what_eventbridge_allows():
    longest = WebhookRule.model_validate({"name": "r" * 30, "url": "https://example.com/"})
    assert len(f"{'i' * 32}-{longest.name}") <= 64


def test_an_installation_makes_the_rules_of_its_settings(large):
    sent = large.one("AWS::Events::ApiDestination", Name="studio-failures")
    assert sent["InvocationEndpoint"] == "https://hooks.studio.example/intarsia"
