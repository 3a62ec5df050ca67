"""From the end of a job on the bus to the function that tells its receiver."""

import pytest

from intarsia.domain.states import Status
from intarsia.names import WEBHOOK_ATTEMPTS
from intarsia.workflow.notifying import LIMIT


@pytest.fixture
def function(template):
    return template.one("AWS::Lambda::Function", FunctionName="studio-webhooks")


@pytest.fixture
def mapping(template):
    name = template.id_of("AWS::Lambda::Function", FunctionName="studio-webhooks")
    return template.one("AWS::Lambda::EventSourceMapping", FunctionName={"Ref": name})


@pytest.fixture
def queue(template, mapping):
    """The queue that the function reads."""
    return template.all("AWS::SQS::Queue")[mapping["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]


@pytest.fixture
def rule(template):
    return template.one("AWS::Events::Rule", Description="A job with a webhook has ended")


def test_every_end_of_a_job_with_a_webhook_gets_into_the_queue(template, rule, mapping):
    assert rule["EventBusName"] == {"Ref": template.id_of("AWS::Events::EventBus")}
    assert rule["EventPattern"] == {
        "source": ["intarsia"],
        "detail-type": ["Job Status Changed"],
        "detail": {
            "status": [status.value for status in Status if status.terminal],
            "hasWebhook": [True],
        },
    }
    (target,) = rule["Targets"]
    assert target["Arn"] == mapping["EventSourceArn"]


def test_what_fails_as_often_as_it_may_is_kept_for_two_weeks(template, rule, queue, function):
    dead = queue["RedrivePolicy"]["deadLetterTargetArn"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] == WEBHOOK_ATTEMPTS
    assert rule["Targets"][0]["DeadLetterConfig"]["Arn"] == dead
    name = dead["Fn::GetAtt"][0]
    assert template.all("AWS::SQS::Queue")[name]["Properties"]["MessageRetentionPeriod"] == 1209600
    variables = function["Environment"]["Variables"]
    assert variables["INTARSIA_WEBHOOKS_DEAD_LETTERS"] == {"Ref": name}


def test_queues_are_encrypted_and_refuse_plain_http(template):
    queues = template.all("AWS::SQS::Queue")
    assert all(each["Properties"]["SqsManagedSseEnabled"] for each in queues.values())
    closed = {
        policy["Properties"]["Queues"][0]["Ref"]
        for policy in template.all("AWS::SQS::QueuePolicy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        and statement["Effect"] == "Deny"
    }
    assert closed == set(queues)


def test_a_message_comes_again_by_itself_only_when_the_function_is_long_dead(queue, function):
    assert function["Timeout"] >= 2 * LIMIT
    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]


def test_receivers_do_not_wait_for_each_other(mapping):
    assert mapping["BatchSize"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 10


def test_urls_in_what_is_sent_begin_as_clients_know_the_api(template, function):
    variable = function["Environment"]["Variables"]["INTARSIA_PUBLIC_URL"]
    condition, public, own = variable["Fn::If"]
    assert template.body["Conditions"][condition] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "PublicUrl"}, ""]}]
    }
    assert public == {"Ref": "PublicUrl"}
    assert own == {"Fn::GetAtt": [template.id_of("AWS::ApiGatewayV2::Api"), "ApiEndpoint"]}


def test_on_aws_only_public_addresses_are_told(function):
    assert function["Environment"]["Variables"]["INTARSIA_ALLOW_PRIVATE_SOURCES"] == "0"
