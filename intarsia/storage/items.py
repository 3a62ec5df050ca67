"""Conversion between pydantic models and DynamoDB items."""

import json
from decimal import Decimal
from typing import Any, TypeVar

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from pydantic import BaseModel

ModelT = TypeVar("ModelT", bound=BaseModel)

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def attribute(value: Any) -> dict[str, Any]:
    """Return a value in DynamoDB's typed form, such as `{"S": "main"}`.

    A pydantic model is converted by way of its JSON form.
    """
    if isinstance(value, BaseModel):
        return attribute(json.loads(value.model_dump_json(), parse_float=Decimal))
    if isinstance(value, float):
        value = Decimal(str(value))
    typed: dict[str, Any] = _serializer.serialize(value)
    return typed


def to_item(model: BaseModel, **keys: str | None) -> dict[str, dict[str, Any]]:
    """Return an item with a model's fields and `keys`, the table's own attributes such as `pk`.

    Values that are None are left out.
    """
    fields = json.loads(model.model_dump_json(exclude_none=True), parse_float=Decimal)
    fields.update({name: value for name, value in keys.items() if value is not None})
    return {name: attribute(value) for name, value in fields.items()}


def from_item(model: type[ModelT], item: dict[str, Any]) -> ModelT:
    """Return the model stored in an item; the table's own attributes, such as `pk`, are ignored."""
    return model.model_validate(
        {name: _plain(_deserializer.deserialize(value)) for name, value in item.items()}
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    return value
