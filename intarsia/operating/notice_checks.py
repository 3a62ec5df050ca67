"""Checks of notifications: dead-letter queues, alarms and their email address, webhook rules."""

from collections.abc import Iterator

from intarsia.operating.deployed_stack import DeployedStack
from intarsia.operating.findings import Finding, finding


def dead_letters(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding per dead-letter queue: whether it is empty.

    The dead-letter queues of the stack are its SQS queues without a redrive policy.
    """
    for url in stack.ids("AWS::SQS::Queue"):
        attributes = stack.clients("sqs").get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "RedrivePolicy"]
        )["Attributes"]
        if "RedrivePolicy" in attributes:
            continue
        count = int(attributes["ApproximateNumberOfMessages"])
        name = url.rpartition("/")[2]
        yield finding(
            "dead letters",
            f"{count} in {name}",
            count == 0,
            "correct the cause, then redrive the messages: docs/operations.md",
        )


def alarms(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding: which of the stack's CloudWatch alarms are raised."""
    ours = set(stack.ids("AWS::CloudWatch::Alarm"))
    pages = stack.clients("cloudwatch").get_paginator("describe_alarms").paginate(
        StateValue="ALARM"
    )  # fmt: skip
    raised = [
        each["AlarmName"]
        for page in pages
        for each in page["MetricAlarms"]
        if each["AlarmName"] in ours
    ]
    said = ", ".join(raised) or f"0 of {len(ours)} raised"
    yield finding("alarms", said, not raised, "docs/operations.md describes each alarm")


def subscriptions(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding: whether the alarms' email address is set and its subscription confirmed."""
    topics = stack.ids("AWS::SNS::Topic")
    if not topics:
        yield Finding("alarm address", "not set (alarmEmail)")
    for topic in topics:
        pages = stack.clients("sns").get_paginator("list_subscriptions_by_topic").paginate(
            TopicArn=topic
        )  # fmt: skip
        found = {
            each["Endpoint"]: each["SubscriptionArn"]
            for page in pages
            for each in page["Subscriptions"]
        }
        if not found:
            # AWS deletes a subscription that is not confirmed for days, or is cancelled later.
            advice = (
                f"run `aws sns subscribe --protocol email --topic-arn {topic} "
                "--notification-endpoint ADDRESS`, then confirm the address"
            )
            yield Finding("alarm address", "no subscription", advice)
        for address, arn in found.items():
            confirmed = arn.startswith("arn:")
            said = f"{address}, {'confirmed' if confirmed else 'not confirmed'}"
            advice = "open the link in the message that AWS sent to this address"
            yield finding("alarm address", said, confirmed, advice)


def receivers(stack: DeployedStack) -> Iterator[Finding]:
    """Yield findings: whether EventBridge can call the receivers of webhook rules.

    There is a finding for each connection, which authenticates, and for each API destination.
    """
    client = stack.clients("events")
    for name in stack.ids("AWS::Events::Connection"):
        found = client.describe_connection(Name=name)
        state, reason = found["ConnectionState"], found.get("StateReason")
        said = f"connection {name}: {state}" + (f", {reason}" if reason else "")
        advice = (
            "check its secret (docs/events.md). To correct it, store it under a new name, "
            "use this name in the rule, and deploy"
        )
        yield finding("webhook rules", said, state == "AUTHORIZED", advice)
    for name in stack.ids("AWS::Events::ApiDestination"):
        state = client.describe_api_destination(Name=name)["ApiDestinationState"]
        advice = "not called until its connection is authorised; see the connection"
        yield finding("webhook rules", f"{name}: {state}", state == "ACTIVE", advice)
