"""Settings of a webhook rule: its events, endpoint and authentication."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel


class WebhookRule(BaseModel):
    """A rule that sends events from the bus to one of the operator's HTTPS endpoints."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,29}$")] = Field(
        description="Name of the rule, part of the names of its resources."
    )
    url: Annotated[str, Field(pattern=r"^https://[^\s/]+(/\S*)?$")] = Field(
        description="HTTPS address to which events are posted."
    )
    pattern: dict[str, Any] = Field(
        {},
        description="EventBridge event pattern. Its source is always `intarsia`. Empty: every "
        "event.",
    )
    auth: Literal["none", "apiKey", "basic"] = Field(
        "none", description="Authentication of the requests."
    )
    secret: str = Field(
        "",
        description="Secret in Secrets Manager. Its keys are `name` and `value` of a header "
        "(`apiKey`), or `username` and `password` (`basic`).",
    )
    per_second: Annotated[int, Field(ge=1, le=300)] = Field(
        10, description="Maximum number of requests per second. Further events wait."
    )
    retry_hours: Annotated[int, Field(ge=1, le=24)] = Field(
        24, description="Hours of retries before an event goes to the dead-letter queue."
    )

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if (self.auth == "none") == bool(self.secret):
            raise ValueError(
                f"the rule {self.name}: auth {self.auth} "
                + (
                    "needs a secret"
                    if self.auth != "none"
                    else "uses no secret. Remove it, or set auth to apiKey or basic."
                )
            )
        if _has_null(self.pattern):
            raise ValueError(
                f"the rule {self.name}: the CDK cannot write null in a pattern. "
                'Use {"anything-but": ...} or another field instead.'
            )
        return self


def _has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    if isinstance(value, list):
        return any(map(_has_null, value))
    return value is None
