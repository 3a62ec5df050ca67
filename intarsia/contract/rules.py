"""JSON Schema for rules that models check in Python code, from which no schema is generated.

The keys of RULES and FIELDS are names of models. A value of RULES is added to the schema that is
generated from the model's fields.
"""

from typing import Any

from intarsia.domain.batches import MOST_JOBS
from intarsia.domain.fonts import FAMILY_LIMIT, FILE_NAME_LIMIT
from intarsia.domain.functions import PARAMS
from intarsia.domain.ids import JOB_ID_PATTERN, TEMPLATE_ID_PATTERN
from intarsia.domain.secret_references import NAME_PATTERN
from intarsia.domain.secrets import VALUE_LIMIT
from intarsia.domain.settings import Codec

JsonSchema = dict[str, Any]
SCHEMAS = "#/components/schemas/"
"""Beginning of a reference to a model's schema in the OpenAPI document; the name follows."""


def _given(name: str, kind: str) -> JsonSchema:
    # null counts as absent, so `required` alone would accept too much.
    return {"required": [name], "properties": {name: {"type": kind}}}


def _codecs(kind: str) -> list[str]:
    known = [codec.value for codec in Codec if codec.kind == kind]
    return known + [name.removeprefix(f"{kind}_") for name in known]


def _settings(kind: str, more: JsonSchema | None = None) -> JsonSchema:
    """Return the JSON schema of `settings` whose type is `kind`; without a type, it is a video's.

    `more` has further keywords of the schema. It is ignored for videos.
    """
    chosen: JsonSchema = {"properties": {"type": {"const": kind}}}
    return chosen if kind == "video" else {"required": ["type"], **chosen, **(more or {})}


ONE_LAYER = {"oneOf": [_given("layerName", "string"), _given("layerIndex", "integer")]}

_NO_CODEC = {"properties": {"codec": {"type": "null"}}}
_RENDER_SETTINGS = {
    "allOf": [
        {
            "if": _settings("image"),
            "then": {
                "required": ["frames"],
                "properties": {
                    "frames": {"type": ["integer", "array"]},
                    "codec": {"enum": [*_codecs("image"), None]},
                },
            },
            "else": {"properties": {"codec": {"enum": [*_codecs("video"), None]}}},
        },
        {"if": _settings("aep"), "then": _NO_CODEC},
        {
            "if": _given("pieces", "integer"),
            "then": {
                "properties": {
                    "type": {"enum": ["video", "image"]},
                    "frames": {"type": ["array", "null"]},
                }
            },
        },
    ]
}


def _nested_settings(allowed: list[str], *, one_frame: bool) -> JsonSchema:
    rule: JsonSchema = {"properties": {"type": {"enum": allowed}}}
    if one_frame:
        rule |= {
            "if": _settings("image"),
            "then": {"properties": {"frames": {"type": "integer"}}},
        }
    return {"allOf": [{"properties": {"settings": {"anyOf": [rule, {"type": "null"}]}}}]}


def _spellings(name: str) -> list[str]:
    bare = name.removeprefix("nx:")
    names = [f"nx:{bare}", f"nx-{bare}"]
    return [*names, "nx:gen-ai", "nx-gen-ai"] if bare == "genai" else names


_FUNCTION = {
    "oneOf": [
        {
            "title": name,
            "properties": {
                "name": {"enum": _spellings(name)},
                "params": {"$ref": f"{SCHEMAS}{params.__name__}"},
            },
        }
        for name, params in PARAMS.items()
    ]
}

RULES: dict[str, JsonSchema] = {
    "TextAsset": ONE_LAYER,
    "FootageAsset": ONE_LAYER,
    "DataAsset": ONE_LAYER
    | {
        "anyOf": [
            {
                "required": ["value"],
                "properties": {"value": {"type": ["string", "number", "boolean", "array"]}},
            },
            _given("expression", "string"),
        ]
    },
    "ScriptAsset": {"oneOf": [_given("src", "string"), _given("value", "string")]},
    "FunctionAsset": _FUNCTION,
    "TemplateRef": {
        "anyOf": [
            _given("src", "string"),
            {"properties": {"id": {"pattern": TEMPLATE_ID_PATTERN}}},
        ]
    },
    "RenderSettings": _RENDER_SETTINGS,
    "NestedJobAsset": _nested_settings(["video", "image"], one_frame=True),
    "JobClip": _nested_settings(["video"], one_frame=False),
}

_LINE = r"^[^\x00-\x08\x0a-\x1f\x7f]*$"
_DISPLAY_NAME = {"type": "string", "maxLength": 256, "pattern": r"\S"}
_FILE_NAME = {
    "type": "string",
    "maxLength": FILE_NAME_LIMIT,
    "pattern": r"^[^/\\\x00-\x1f\x7f]+\.[tT][tT][fF]$",
}
_PORT = (  # from 1 to 65535
    "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
)
_FAMILY = {"type": ["string", "null"], "maxLength": FAMILY_LIMIT, "pattern": _LINE}

FIELDS: dict[str, dict[str, JsonSchema]] = {
    "BatchRequest": {
        # The model accepts anything here: each job is validated on its own, after the batch.
        "jobs": {
            "type": "array",
            "items": {"$ref": f"{SCHEMAS}JobRequest"},
            "minItems": 1,
            "maxItems": MOST_JOBS,
        }
    },
    "CancelRequest": {
        "jobs": {
            "type": "array",
            "items": {"type": "string", "pattern": JOB_ID_PATTERN},
            "minItems": 1,
            "maxItems": 1000,
            "uniqueItems": True,
        }
    },
    "FontForm": {"familyName": _FAMILY},
    "FontRequest": {"fileName": _FILE_NAME, "familyName": _FAMILY},
    "FunctionAsset": {
        "name": {"type": "string", "enum": [way for name in PARAMS for way in _spellings(name)]},
        "params": {"type": "object"},
    },
    "SecretRequest": {
        "name": {"type": "string", "pattern": f"^{NAME_PATTERN}$"},
        "value": {"type": "string", "minLength": 1, "maxLength": VALUE_LIMIT},
    },
    "TemplateRequest": {
        "displayName": _DISPLAY_NAME,
        "src": {
            "type": ["string", "null"],
            "maxLength": 8192,
            "pattern": rf"^https://[A-Za-z0-9.-]+(:{_PORT})?(/[!-~]*)?$",
        },
    },
    "TemplateUpdate": {"displayName": _DISPLAY_NAME},
    "Upload": {
        "prefix": {
            "type": ["string", "null"],
            "maxLength": 900,
            "pattern": r"^(?!(.*/)?\.\.?(/|$))[^\x00-\x1f]*$",
        }
    },
    "Webhook": {
        "headers": {
            "type": "object",
            "maxProperties": 50,
            "propertyNames": {"pattern": r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$"},
            "additionalProperties": {"type": "string", "maxLength": 4096, "pattern": _LINE},
        }
    },
}
"""Schemas that replace the generated schemas of fields, by the names of model and field."""
