"""Base of the objects in responses: camel-case names, dates with milliseconds, null for None."""

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
    """Base of the objects in responses. Fields that were never set are left out of the JSON."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    def body(self) -> dict[str, Any]:
        """Return the object as a JSON-ready response body."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)
