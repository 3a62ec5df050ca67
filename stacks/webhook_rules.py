"""Webhook rules: delivery of events from the bus to the operator's HTTPS endpoints."""

from collections.abc import Sequence

from aws_cdk import Duration, SecretValue
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from intarsia import names
from stacks.dead_letters import dead_letter_queue
from stacks.webhook_rule import WebhookRule

RULE_HEADER = "X-Intarsia-Rule"
"""Name of a header whose value is the rule's name. Requests of rules without a secret have it.

An EventBridge connection requires authentication by a header, and this one takes its place.
"""

ATTEMPTS = 185
"""EventBridge's maximum number of retries, so that only `retry_hours` limits them.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
"""


class WebhookRules(Construct):
    """An EventBridge connection, API destination and rule for each webhook rule in the settings."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        rules: Sequence[WebhookRule],
        bus: events.IEventBus,
    ) -> None:
        """Create the resources of `rules`, with names that begin with `prefix`."""
        super().__init__(scope, construct_id)
        self.dead_letters: sqs.Queue | None = (
            dead_letter_queue(self, "Undelivered") if rules else None
        )
        """Dead-letter queue of events that were not delivered in time; None without rules."""
        for rule in rules:
            self._add(rule, f"{prefix}-{rule.name}", bus)

    def _add(self, rule: WebhookRule, name: str, bus: events.IEventBus) -> None:
        scope = Construct(self, rule.name)
        connection = events.Connection(
            scope,
            "Connection",
            connection_name=name,
            description=f"Authentication of the webhook rule {rule.name}",
            authorization=_authorization(rule),
        )
        destination = events.ApiDestination(
            scope,
            "Destination",
            api_destination_name=name,
            description=f"Endpoint of the webhook rule {rule.name}",
            connection=connection,
            endpoint=rule.url,
            http_method=events.HttpMethod.POST,
            rate_limit_per_second=rule.per_second,
        )
        made = events.Rule(
            scope,
            "Rule",
            rule_name=name,
            description=f"Webhook rule {rule.name}",
            event_bus=bus,
            event_pattern=events.EventPattern(source=[names.EVENT_SOURCE]),
            targets=[
                # The target's role may invoke this destination and nothing else.
                targets.ApiDestination(
                    destination,
                    dead_letter_queue=self.dead_letters,
                    max_event_age=Duration.hours(rule.retry_hours),
                    retry_attempts=ATTEMPTS,
                )
            ],
        )
        bare = made.node.default_child
        assert isinstance(bare, events.CfnRule)
        # Set on the resource, because the construct does not accept all of EventBridge's
        # pattern syntax, such as `$or`.
        bare.event_pattern = {**rule.pattern, "source": [names.EVENT_SOURCE]}


def _authorization(rule: WebhookRule) -> events.Authorization:
    """Return the authentication of a rule's requests, for its EventBridge connection.

    Secrets are references to Secrets Manager, which CloudFormation resolves when it creates the
    connection.
    """
    match rule.auth:
        case "apiKey":
            return events.Authorization.api_key(
                _field(rule, "name").unsafe_unwrap(), _field(rule, "value")
            )
        case "basic":
            return events.Authorization.basic(
                _field(rule, "username").unsafe_unwrap(), _field(rule, "password")
            )
        case "none":
            return events.Authorization.api_key(
                RULE_HEADER, SecretValue.unsafe_plain_text(rule.name)
            )


def _field(rule: WebhookRule, field: str) -> SecretValue:
    return SecretValue.secrets_manager(rule.secret, json_field=field)
