"""Base of what clients get: the contract's spelling, dates with milliseconds, null for nothing."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from intarsia.domain.ids import timestamp

Moment = Annotated[
    datetime,
    PlainSerializer(timestamp, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class View(BaseModel):
    """An object of an answer. Fields that were never set are left out of it."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    def body(self) -> dict[str, Any]:
        """What is sent."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)
