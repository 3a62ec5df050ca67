"""JSON schemas of the events on the bus, in the account's schema registry."""

import json
from typing import Any

from aws_cdk import aws_eventschemas as schemas
from constructs import Construct
from pydantic import BaseModel

from intarsia import names
from intarsia.domain.events import VERSION, JobStatusChanged, TemplateStatusChanged

DETAILS: dict[str, type[BaseModel]] = {
    names.EVENT_JOB_STATUS: JobStatusChanged,
    names.EVENT_TEMPLATE_STATUS: TemplateStatusChanged,
}
"""Model of the events' `detail`, by their detail type."""


class EventSchemas(Construct):
    """A schema registry with one schema per kind of event. A changed schema gets a new version.

    The registry's name begins with `prefix`.
    """

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str) -> None:
        super().__init__(scope, construct_id)
        registry = schemas.CfnRegistry(
            self,
            "Registry",
            registry_name=f"{prefix}-events",
            description="Events on the bus of Intarsia",
        )
        for kind, detail in DETAILS.items():
            schemas.CfnSchema(
                self,
                detail.__name__,
                registry_name=registry.attr_registry_name,
                # The registry names the schemas that it discovers in the same way.
                schema_name=f"{names.EVENT_SOURCE}@{detail.__name__}",
                type="JSONSchemaDraft4",
                description=f"{kind}, version {VERSION} of Intarsia's events",
                content=json.dumps(schema_of(kind)),
            )


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON schema (draft 4) of a whole EventBridge event whose detail type is `kind`."""
    detail = DETAILS[kind].model_json_schema(
        mode="serialization", ref_template="#/definitions/{model}"
    )
    text = {"type": "string"}
    envelope = {
        "version": text,
        "id": text,
        "source": {"enum": [names.EVENT_SOURCE]},
        "account": text,
        "time": text | {"format": "date-time"},
        "region": text,
        "resources": {"type": "array", "items": text},
        "detail-type": {"enum": [kind]},
        "detail": {"$ref": "#/definitions/detail"},
    }
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": kind,
        "description": f"Version {VERSION}. Fields may be added without a new version.",
        "type": "object",
        "properties": envelope,
        "required": list(envelope),
        "definitions": detail.pop("$defs") | {"detail": detail},
    }
