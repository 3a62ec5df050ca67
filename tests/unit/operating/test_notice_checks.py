"""Who is told of alarms and events, and whether they can be."""

import pytest

from intarsia.operating.notice_checks import receivers, subscriptions

TOPIC = ("AWS::SNS::Topic", "WatchAlarmsTopic", "arn:aws:sns:eu-west-1:123456789012:studio-alarms")
CONNECTION = ("AWS::Events::Connection", "WebhookRulesends", "studio-ends")
DESTINATION = ("AWS::Events::ApiDestination", "WebhookRulesends", "studio-ends")


def listed(*arns):
    found = [{"Endpoint": "ops@example.com", "SubscriptionArn": each} for each in arns]
    return [("list_subscriptions_by_topic", {"Subscriptions": found})]


@pytest.mark.parametrize(
    ("arns", "said", "good"),
    [
        ([f"{TOPIC[2]}:0b4c"], "ops@example.com, confirmed", True),
        (["PendingConfirmation"], "ops@example.com, not confirmed", False),
        (["Deleted"], "ops@example.com, not confirmed", False),
        ([], "no subscription", False),
    ],
)
def test_the_alarms_address_has_to_confirm(stack_of, arns, said, good):
    (found,) = subscriptions(stack_of([TOPIC], sns=listed(*arns)))
    assert (found.said, not found.advice) == (said, good)


def test_who_wants_no_messages_is_told_how_to_get_them(stack_of):
    (found,) = subscriptions(stack_of())
    assert (found.said, found.advice) == ("not set (alarmEmail)", "")


@pytest.mark.parametrize(
    ("state", "destination", "problems"),
    [("AUTHORIZED", "ACTIVE", 0), ("DEAUTHORIZED", "INACTIVE", 2)],
)
def test_a_rules_connection_is_authorised(stack_of, state, destination, problems):
    stack = stack_of(
        [CONNECTION, DESTINATION],
        events=[
            ("describe_connection", {"ConnectionState": state, "StateReason": "as it is"}),
            ("describe_api_destination", {"ApiDestinationState": destination}),
        ],
    )
    found = list(receivers(stack))
    assert [each.said for each in found] == [
        f"connection studio-ends: {state}, as it is",
        f"studio-ends: {destination}",
    ]
    assert sum(bool(each.advice) for each in found) == problems
