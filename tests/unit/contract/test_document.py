"""The document says what the contract says, is valid, and is the one that is checked in."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest

from intarsia.contract.document import as_text, document
from intarsia.contract.operations import FORM, JSON
from intarsia.contract.table import OPERATIONS, TAGS
from intarsia.contract.texts import FIELD_TEXTS

CHECKED_IN = Path(__file__).parents[3] / "docs" / "openapi.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

# The endpoints of the contract: method, path, name, success, other statuses.
CONTRACT = """
POST   /api/v2/templates                     create-or-update-template     201 400 401
GET    /api/v2/templates                     list-templates                200 401
GET    /api/v2/templates/{id}                get-template                  200 401 404
PATCH  /api/v2/templates/{id}                update-template               200 400 401 404
DELETE /api/v2/templates/{id}                delete-template               204 401 404 409
GET    /api/v2/templates/{id}/download       get-template-download-url     200 401 404 410
GET    /api/v2/templates/{id}/upload         get-template-download-url-old 200 401 404 410
PUT    /api/v2/templates/{id}/upload         get-template-upload-url       200 401 404
GET    /api/v3/templates                     list-templates-v3             200 401
GET    /api/v3/templates/{id}                get-template-v3               200 400 401 404
GET    /api/v3/templates/{id}/compositions   list-template-compositions-v3 200 400 401 404
GET    /api/v3/templates/{id}/layers         list-template-layers-v3       200 400 401 404
POST   /api/v2/jobs                          create-job                    201 400 401 404
GET    /api/v2/jobs                          list-jobs                     200 400 401
GET    /api/v2/jobs/{id}                     get-job                       200 401 404
GET    /api/v2/jobs/{id}/logs                get-job-logs                  200 400 401 403 404 500
PATCH  /api/v2/jobs/{id}/cancel              cancel-job                    200 400 401 403 404 409
POST   /api/v2/jobs/cancel                   cancel-jobs                   200 400 401 403 404 409
POST   /api/v2/jobs/join                     create-join-job               201 400 401 404
POST   /api/v2/batches                       create-batch                  201 400 401 403
GET    /api/v2/batches/{id}                  get-batch-status              200 400 401 403 404
POST   /api/v2/batches/{id}/cancel           cancel-batch                  200 400 401 403 404
POST   /api/v2/fonts                         upload-font                   201 400 401 413
GET    /api/v2/fonts                         list-fonts                    200 401
GET    /api/v2/fonts/{id}                    get-font                      200 401 404
DELETE /api/v2/fonts/{id}                    delete-font                   204 401 404 409
GET    /api/v2/secrets                       list-secrets                  200 401
PUT    /api/v2/secrets                       create-or-update-secret       201 400 401 409
DELETE /api/v2/secrets/{id}                  delete-secret                 200 401 404
"""
ROWS = [line.split() for line in CONTRACT.strip().splitlines()]
QUERIES = {
    "list-jobs": {"states", "exclude_states", "from", "limit", "from_date", "to_date"}
    | {"sort", "tags", "minimal"},
    "list-template-compositions-v3": {"limit", "offset"},
    "list-template-layers-v3": {"limit", "offset"},
}


def test_the_file_in_docs_is_the_generated_document():
    assert CHECKED_IN.read_text() == as_text(), "run `make openapi`"


def test_the_document_is_openapi_3_1_and_its_schemas_are_json_schema_2020_12():
    # In a process of its own: importing Schemathesis changes how Hypothesis reports.
    validator = "schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR as validator"
    program = f"import json, sys\nfrom {validator}\nvalidator.validate(json.load(sys.stdin))"
    subprocess.run([sys.executable, "-c", program], input=as_text(), text=True, check=True)
    assert document()["openapi"] == "3.1.0"
    for name, schema in document()["components"]["schemas"].items():
        jsonschema_rs.meta.validate({"$schema": DIALECT, **schema})
        jsonschema_rs.Draft202012Validator(_whole({"$ref": f"#/components/schemas/{name}"}))


def test_schemas_use_no_keyword_that_json_schema_does_not_know():
    for schema in document()["components"]["schemas"].values():
        assert _keywords(schema) <= KNOWN


KNOWN = {
    *("$ref", "additionalProperties", "allOf", "anyOf", "const", "default", "description"),
    *("discriminator", "else", "enum", "exclusiveMaximum", "exclusiveMinimum", "format", "if"),
    *("items", "maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength"),
    *("minimum", "oneOf", "pattern", "prefixItems", "properties", "propertyNames", "required"),
    *("then", "title", "type", "uniqueItems"),
}


def _keywords(schema):
    found = set()
    for key, value in schema.items():
        found.add(key)
        if key == "properties":
            for field in value.values():
                found |= _keywords(field)
        elif key in {"items", "additionalProperties", "propertyNames", "if", "then", "else"}:
            found |= _keywords(value) if isinstance(value, dict) else set()
        elif key in {"anyOf", "oneOf", "allOf", "prefixItems"}:
            for each in value:
                found |= _keywords(each)
    return found


@pytest.mark.parametrize("row", ROWS, ids=[row[2] for row in ROWS])
def test_each_endpoint_of_the_contract_is_there_with_its_statuses(row):
    method, path, name, *statuses = row
    found = document()["paths"][path][method.lower()]
    assert found["operationId"] == name
    assert list(found["responses"]) == statuses
    queries = {each["name"] for each in found.get("parameters", []) if each["in"] == "query"}
    assert queries >= QUERIES.get(name, set())


def test_beyond_the_contract_there_are_outputs_and_the_document():
    names = {operation.name for operation in OPERATIONS}
    assert names - {row[2] for row in ROWS} == {"get-output", "get-openapi"}
    assert len(names) == len(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_each_operation_is_described_for_people(operation):
    found = document()["paths"][operation.path][operation.method]
    assert found["summary"]
    assert not found["summary"].endswith(".")
    assert found["tags"][0] in TAGS
    for status, response in found["responses"].items():
        assert response["description"]
        assert "X-Request-Id" in response["headers"]
        if int(status) >= 400:
            assert set(response["content"]) == {JSON}


def test_only_outputs_and_the_document_need_no_key():
    unkeyed = {
        each["operationId"]
        for path in document()["paths"].values()
        for each in path.values()
        if each.get("security") == []
    }
    assert unkeyed == {"get-output", "get-openapi"}
    assert document()["security"] == [{"key": []}]
    assert document()["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def test_a_font_comes_as_a_form_first_and_its_file_is_binary():
    content = document()["paths"]["/api/v2/fonts"]["post"]["requestBody"]["content"]
    assert list(content) == [FORM, JSON]
    form = document()["components"]["schemas"]["FontForm"]
    assert form["required"] == ["font"]
    assert form["properties"]["font"]["format"] == "binary"


def test_a_batch_that_was_refused_is_told_apart_from_a_body_that_was():
    answer = document()["paths"]["/api/v2/batches"]["post"]["responses"]["400"]
    kinds = [each["$ref"].rpartition("/")[2] for each in answer["content"][JSON]["schema"]["anyOf"]]
    assert kinds == ["ValidationError", "BatchCreated"]


EXAMPLES = [
    (operation, name, example)
    for operation in OPERATIONS
    if operation.body
    for name, example in operation.body.examples.items()
]


@pytest.mark.parametrize(
    ("operation", "name", "example"),
    EXAMPLES,
    ids=[f"{each[0].name}: {each[1]}" for each in EXAMPLES],
)
def test_examples_are_accepted_by_the_model_and_by_the_document(operation, name, example):
    operation.body.model.model_validate(example)
    schema = document()["paths"][operation.path][operation.method]["requestBody"]
    jsonschema_rs.validate(_whole(schema["content"][JSON]["schema"]), example)
    assert schema["content"][JSON]["examples"][name] == {"value": example}


def test_there_is_an_example_of_a_nested_job_a_join_and_a_batch():
    names = {operation.name for operation, _, _ in EXAMPLES}
    assert {"create-job", "create-join-job", "create-batch"} <= names
    job = next(each for operation, name, each in EXAMPLES if name == "nested")
    assert [asset["type"] for asset in job["assets"]] == ["text", "job"]


def test_fields_that_the_contract_does_not_have_are_explained():
    additions = {
        "Job": {
            "kind",
            "stage",
            "inLine",
            "failedJobId",
            "parentId",
            "slot",
            "renderedBy",
            "attempt",
            "pieces",
        }
        | {"warnings", "output", "children", "tree", "batchId"},
        "Template": {"fonts", "effects", "missingFootage"},
        "Font": {"postscriptName", "fullName", "style", "error"},
    }
    schemas = document()["components"]["schemas"]
    for name, fields in additions.items():
        for field in fields:
            assert schemas[name]["properties"][field].get("description"), f"{name}.{field}"
    assert all(texts for texts in FIELD_TEXTS.values())


def test_the_document_is_plain_json():
    assert json.loads(as_text()) == document()


def _whole(schema):
    return {"$schema": DIALECT, "components": document()["components"], **schema}
