"""Settings of a webhook rule: its events, its endpoint and its authentication."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel


class WebhookRule(BaseModel):
    """A rule on the bus whose target is one of the operator's HTTPS endpoints."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,29}$")] = Field(
        description="Part of the names of the rule, its connection and its destination."
    )
    url: Annotated[str, Field(pattern=r"^https://[^\s/]+(/\S*)?$")] = Field(
        description="Where events are sent, by POST."
    )
    pattern: dict[str, Any] = Field(
        {}, description="An event pattern; the bus' own source is added. Empty: every event."
    )
    auth: Literal["none", "apiKey", "basic"] = Field(
        "none", description="How requests prove who sends them."
    )
    secret: str = Field(
        "",
        description="Secret in Secrets Manager with the keys `name` and `value` (apiKey: a header) "
        "or `username` and `password` (basic).",
    )
    per_second: Annotated[int, Field(ge=1, le=300)] = Field(
        10, description="Requests a second at most; more wait."
    )
    retry_hours: Annotated[int, Field(ge=1, le=24)] = Field(
        24, description="How long delivery is tried before the event goes to the dead letters."
    )

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if (self.auth == "none") == bool(self.secret):
            raise ValueError(
                f"the rule {self.name}: auth {self.auth} "
                + ("needs a secret" if self.auth != "none" else "uses no secret")
            )
        if _has_null(self.pattern):
            raise ValueError(
                f"the rule {self.name}: the CDK cannot write null in a pattern; "
                'say what is meant by {"anything-but": ...} or by another field'
            )
        return self


def _has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    if isinstance(value, list):
        return any(map(_has_null, value))
    return value is None
