"""Schemas in the registry hold what is published, and the page has examples that they allow."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest

from intarsia.names import EVENT_JOB_STATUS, EVENT_TEMPLATE_STATUS

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
EXAMPLES = {
    event["detail-type"]: event
    for event in map(json.loads, re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
    if "detail-type" in event
}
VERSION_1 = {
    EVENT_JOB_STATUS: {
        *("id", "teamId", "parentId", "rootId", "templateId", "composition", "status"),
        *("previousStatus", "attempt", "error", "hasWebhook", "updatedAt"),
    },
    EVENT_TEMPLATE_STATUS: {"id", "teamId", "status", "previousStatus", "error", "updatedAt"},
}


def schema_of(kind):
    from stacks import event_schemas

    return event_schemas.schema_of(kind)


@pytest.mark.parametrize("kind", VERSION_1)
def test_the_registry_has_the_schema_of_each_kind(template, kind):
    registry = template.id_of("AWS::EventSchemas::Registry", RegistryName="studio-events")
    name = "intarsia@" + kind.replace(" ", "")
    schema = template.one("AWS::EventSchemas::Schema", SchemaName=name)
    assert schema["RegistryName"] == {"Fn::GetAtt": [registry, "RegistryName"]}
    assert schema["Type"] == "JSONSchemaDraft4"
    assert json.loads(schema["Content"]) == schema_of(kind)


@pytest.mark.parametrize("kind", VERSION_1)
def test_no_field_goes_without_a_new_version(kind):
    assert VERSION_1[kind] <= set(schema_of(kind)["definitions"]["detail"]["required"])


@pytest.mark.parametrize("kind", VERSION_1)
def test_the_page_has_an_example_that_is_one(kind):
    schema = schema_of(kind)
    jsonschema_rs.meta.validate(schema)
    checked = jsonschema_rs.Draft4Validator(schema)
    checked.validate(EXAMPLES[kind])
    for field in VERSION_1[kind]:
        assert f"`{field}`" in PAGE
        wrong = json.loads(json.dumps(EXAMPLES[kind]))
        wrong["detail"][field] = []
        assert not checked.is_valid(wrong), field
        del wrong["detail"][field]
        assert not checked.is_valid(wrong), field


def test_the_kinds_are_told_apart():
    job = jsonschema_rs.Draft4Validator(schema_of(EVENT_JOB_STATUS))
    assert not job.is_valid(EXAMPLES[EVENT_TEMPLATE_STATUS])
