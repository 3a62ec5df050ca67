"""The bodies of POST /jobs and POST /jobs/join, and the error messages for invalid ones."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import ErrorDetails

from intarsia.domain.assets import HttpsSource, Model, Name
from intarsia.domain.errors import Problem, RequestError
from intarsia.domain.ids import JOB_ID_PATTERN, TEMPLATE_ID_PATTERN
from intarsia.domain.nested import FontNames, JoinAssets, RequestAsset
from intarsia.domain.settings import JoinSettings, RenderSettings
from intarsia.domain.uploads import Upload
from intarsia.domain.webhooks import Webhook


def _split(value: object) -> object:
    return value.split(",") if isinstance(value, str) and value else value or []


def _unique(job_ids: list[str]) -> list[str]:
    if len(set(job_ids)) < len(job_ids):
        raise ValueError("lists a job more than once; list each id once")
    return job_ids


JobId = Annotated[StrictStr, Field(pattern=JOB_ID_PATTERN)]
Tag = Annotated[StrictStr, Field(pattern=r"^[a-zA-Z0-9_-]+$", max_length=128)]
_TAG = {"type": "string", "pattern": "^[a-zA-Z0-9_-]+$", "maxLength": 128}
_TAGS_SCHEMA = {
    "anyOf": [
        {"type": "array", "items": _TAG, "maxItems": 50},
        {"type": "string", "pattern": "^([a-zA-Z0-9_-]{1,128}(,[a-zA-Z0-9_-]{1,128}){0,49})?$"},
        {"type": "null"},
    ]
}
Tags = Annotated[
    list[Tag], Field(max_length=50), BeforeValidator(_split), WithJsonSchema(_TAGS_SCHEMA)
]
"""Tags of a job: an array of strings, or one comma-separated string."""
Priority = Annotated[StrictInt, Field(ge=-1_000_000, le=1_000_000)]


class TemplateRef(Model):
    """The template and the composition that a job renders.

    `composition` is optional if the template has only one. With `src`, the project is fetched from
    that URL at render time, and `id` is only a name for it.
    """

    src: HttpsSource | None = None
    id: Annotated[StrictStr, Field(min_length=1, max_length=256)]
    composition: Name | None = None

    @field_validator("id")
    @classmethod
    def _is_an_id_unless_it_only_names(cls, value: str, seen: ValidationInfo) -> str:
        named_only = seen.data.get("src", value) is not None  # an invalid `src` is not in `data`
        if not named_only and not re.fullmatch(TEMPLATE_ID_PATTERN, value):
            raise ValueError("must be a template's id: 26 capital letters and digits")
        return value


class JobRequest(Model):
    """A client's request for a render: the body of POST /jobs."""

    template: TemplateRef
    preview: StrictBool = False
    fonts: FontNames = Field(default_factory=list)
    settings: RenderSettings | None = None
    assets: list[RequestAsset] = Field(default_factory=list)
    upload: Upload | None = None
    webhook: Webhook | None = None
    tags: Tags = Field(default_factory=list)
    priority: Priority = 0


class JoinRequest(Model):
    """A client's request for a join: the body of POST /jobs/join."""

    assets: JoinAssets
    settings: JoinSettings | None = None
    upload: Upload | None = None
    webhook: Webhook | None = None
    tags: Tags = Field(default_factory=list)
    priority: Priority = 0


class CancelRequest(Model):
    """Ids of the jobs to cancel. Either all of the jobs are cancelled or none."""

    jobs: Annotated[list[JobId], Field(min_length=1, max_length=1000), AfterValidator(_unique)]


ModelT = TypeVar("ModelT", bound=BaseModel)


def parse(model: type[ModelT], body: Any) -> ModelT:
    """Validate `body`, a decoded JSON value, and return it as a `model`.

    Raises RequestError if it is invalid. The error names every invalid field in the client's
    spelling.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise RequestError(problems_of(error)) from None


def problems_of(error: ValidationError) -> list[Problem]:
    """Return one problem per invalid field of pydantic's `error`, with a message for the client."""
    found: dict[str, Problem] = {}
    for detail in error.errors(include_url=False, include_input=False):
        field = field_path(detail["loc"])
        if detail["type"].startswith("union_tag"):
            field = f"{field}.type" if field else "type"
        # A union reports one error per member; the first one is enough.
        found.setdefault(field, Problem(field, _plain(detail)))
    return list(found.values())


def _plain(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing" | "union_tag_not_found":
            message = "is required"
        case "extra_forbidden":
            message = "is not a known field here"
        case "string_pattern_mismatch" if context["pattern"] == TEMPLATE_ID_PATTERN:
            message = "must be a template's id: 26 capital letters and digits"
        case "string_pattern_mismatch":
            message = f"must match {context['pattern']}"
        case "union_tag_invalid":
            message = f"must be one of {context['expected_tags']}".replace("'", "")
        case "model_type" | "model_attributes_type" | "dict_type":
            message = "must be an object"
        case "list_type":
            message = "must be an array"
        case _:
            said = detail["msg"].removeprefix("Value error, ")
            message = said[:1].lower() + said[1:]
    return message


_TAGS = frozenset(
    {"text", "data", "image", "video", "audio", "static", "essential", "script", "function"}
    | {"job", "join"}
)
_UNION_MEMBER = re.compile(
    r"int|float|str|bool|constrained-\w+|(list|dict|tuple|function-[\w-]+)\[.*", re.DOTALL
)


def field_path(location: Iterable[str | int]) -> str:
    """Return a pydantic location in the client's notation: `assets[0].template.composition`.

    Drops the parts that pydantic adds for unions. They are the names of the union's members, and
    the asset's type behind its index, such as `text` in `("assets", 0, "text", "value")`.
    """
    path = ""
    after_index = False
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
            after_index = True
            continue
        if after_index and part in _TAGS:
            after_index = False
            continue
        after_index = False
        if path and _UNION_MEMBER.fullmatch(part):
            continue
        path += f".{part}" if path else part
    return path
