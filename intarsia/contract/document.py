"""The OpenAPI 3.1 document, generated from the table of operations and from the models."""

import copy
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from intarsia.contract.answers import Error, ValidationError
from intarsia.contract.operations import FORM, JSON, TEXT, Answer, Body, Operation
from intarsia.contract.rules import FIELDS, RULES, SCHEMAS
from intarsia.contract.table import OPERATIONS, TAGS
from intarsia.contract.texts import FIELD_TEXTS, MODEL_TEXTS
from intarsia.domain.ids import JOB_ID_PATTERN

Json = dict[str, Any]
Mode = Literal["validation", "serialization"]

VERSION = "2.0"
"""API version (major.minor)."""

ABOUT = """\
Render jobs, nested jobs, joins and batches.

Send `Authorization: Bearer <key>` with every request. A key belongs to one team; a request for
another team's resource returns 404. Errors have the body `{"error": "..."}`. An invalid request
also returns `details`, which lists every problem. Every response has the header `X-Request-Id`.

Responses may get new fields at any time, and jobs new statuses: ignore unknown ones. API Gateway
itself may return 429 (slow down) or 503 (try again), with the body `{"message": "..."}`.
"""

ERRORS = {
    400: "The request is invalid; `details` lists the problems by field.",
    401: "The API key is missing or unknown.",
    403: "The API key does not permit this request.",
    404: "Your team has no such resource.",
    409: "The request conflicts with the current state of the resource.",
    410: "The file is gone.",
    413: "The file is too large.",
    500: "An internal error of the server.",
}

REQUEST_ID = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}


@cache
def document() -> Json:
    """Return the OpenAPI document as a JSON object, which all callers share: do not modify it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Intarsia",
            "version": VERSION,
            "summary": "After Effects renders on your own AWS account",
            "description": ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "headers": {
                "X-Request-Id": {
                    "description": "Id of this request in the operator's log.",
                    "schema": {"type": "string"},
                }
            },
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Your API key.",
                }
            },
        },
    }


def as_text() -> str:
    """Return the OpenAPI document as the text of docs/openapi.json."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _paths() -> Json:
    paths: Json = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return paths


def _operation(operation: Operation) -> Json:
    made: Json = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
    }
    if operation.text:
        made["description"] = operation.text
    if operation.deprecated:
        made["deprecated"] = True
    if not operation.needs_key:
        made["security"] = []
    if parameters := [*_path_parameters(operation), *_query_parameters(operation)]:
        made["parameters"] = parameters
    if operation.body:
        made["requestBody"] = _request_body(operation.body)
    made["responses"] = _responses(operation)
    return made


def _path_parameters(operation: Operation) -> Iterator[Json]:
    for name in re.findall(r"\{(\w+)\}", operation.path):
        schema: Json = {"type": "string"}
        if name == "id":
            schema["pattern"] = JOB_ID_PATTERN
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(operation: Operation) -> Iterator[Json]:
    for query in operation.query:
        yield {
            "name": query.name,
            "in": "query",
            "description": query.text,
            "schema": dict(query.schema),
        }


def _request_body(body: Body) -> Json:
    content: Json = {JSON: {"schema": _reference(body.model)}}
    if body.examples:
        content[JSON]["examples"] = {
            name: {"value": example} for name, example in body.examples.items()
        }
    if body.form:
        content = {FORM: {"schema": _reference(body.form)}, **content}
    return {"required": True, "content": content}


def _responses(operation: Operation) -> Json:
    responses: Json = {str(operation.answer.status): _success(operation.answer)}
    for status in operation.errors:
        model = ValidationError if status == 400 else Error
        schema = _reference(model)
        if status == 400 and operation.refused:
            schema = {"anyOf": [schema, _reference(operation.refused)]}
        responses[str(status)] = {
            "description": ERRORS[status],
            "headers": REQUEST_ID,
            "content": {JSON: {"schema": schema}},
        }
    return responses


def _success(answer: Answer) -> Json:
    headers: Json = {
        name: {"description": text, "schema": {"type": "string"}}
        for name, text in answer.headers.items()
    }
    made: Json = {"description": answer.text, "headers": headers | REQUEST_ID}
    if answer.media == TEXT:
        made["content"] = {TEXT: {"schema": {"type": "string"}}}
    elif answer.model:
        schema = _reference(answer.model)
        if answer.many:
            schema = {"type": "array", "items": schema}
        made["content"] = {answer.media: {"schema": schema}}
    return made


def _reference(model: type[BaseModel]) -> Json:
    return {"$ref": f"{SCHEMAS}{_plain(model.__name__)}"}


def _plain(name: str) -> str:
    # Clients know the model `JobView` as `Job`.
    return name.removesuffix("View")


class _Generator(GenerateJsonSchema):
    """A schema generator without field titles, which would only repeat the fields' names."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002
        return False


def _schemas() -> Json:
    _, made = models_json_schema(
        list(_models()), ref_template=f"{SCHEMAS}{{model}}", schema_generator=_Generator
    )
    text = re.sub(rf'("{SCHEMAS}\w+?)View"', r'\1"', json.dumps(made["$defs"]))
    schemas: Json = {_plain(name): _tidy(schema) for name, schema in json.loads(text).items()}
    for name, fields in FIELDS.items():
        schemas[name]["properties"] |= copy.deepcopy(fields)
    for name, rule in RULES.items():
        schemas[name] |= rule
    for name, said in MODEL_TEXTS.items():
        schemas[name]["description"] = said
    for name, texts in FIELD_TEXTS.items():
        for field, said in texts.items():
            schemas[name]["properties"][field]["description"] = said
    return dict(sorted(schemas.items()))


# pydantic writes a limit on a union under its own keyword, which is not in JSON Schema.
_LIMITS = {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}


def _tidy(schema: Any) -> Any:
    """Return a copy of a schema without titles and null defaults, and with standard keywords.

    Pydantic's own keywords for limits on unions are replaced by those of JSON Schema. A null
    default adds nothing, because an absent field means null.
    """
    if isinstance(schema, list):
        return [_tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        key: value
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str)) and (key, value) != ("default", None)
    }
    return {_LIMITS.get(key, key): _tidy(value) for key, value in kept.items()}


def _models() -> Iterable[tuple[type[BaseModel], Mode]]:
    found: dict[tuple[type[BaseModel], Mode], None] = {
        (Error, "serialization"): None,
        (ValidationError, "serialization"): None,
    }
    for operation in OPERATIONS:
        if operation.body:
            for taken in (operation.body.model, operation.body.form):
                if taken:
                    found[taken, "validation"] = None
        for sent in (operation.answer.model, operation.refused):
            if sent:
                found[sent, "serialization"] = None
    return found
