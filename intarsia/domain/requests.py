"""The body of POST /jobs, and how a refused one is explained."""

import json
import math
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictStr, ValidationError

from intarsia.domain.assets import Model, Name, RequestAsset
from intarsia.domain.errors import Problem, RequestError
from intarsia.domain.ids import TEMPLATE_ID_PATTERN
from intarsia.domain.settings import RenderSettings

BODY_LIMIT = 5 * 1024 * 1024  # bytes; Lambda takes 6 MB and base64 or headers cost some of it
NESTING_LIMIT = 64  # levels of JSON


class TemplateRef(Model):
    """Which template a job renders; `composition` may be left out when there is only one."""

    id: Annotated[StrictStr, Field(pattern=TEMPLATE_ID_PATTERN)]
    composition: Name | None = None


class JobRequest(Model):
    """A job as a client asks for it."""

    template: TemplateRef
    preview: StrictBool = False
    settings: RenderSettings | None = None
    assets: list[RequestAsset] = Field(default_factory=list)


def parse_job_request(body: Any) -> JobRequest:
    """Validate a decoded JSON body.

    Raises RequestError naming every field that is wrong, in the client's own spelling.
    """
    try:
        return JobRequest.model_validate(body)
    except ValidationError as error:
        raise RequestError(problems_of(error)) from None


def parse_json(text: str) -> Any:
    """Decode a request body.

    Raises RequestError for what is not strict JSON: NaN, duplicate keys, bytes that are no
    Unicode text, more than NESTING_LIMIT levels, more than BODY_LIMIT bytes.
    """
    if len(text.encode("utf-8", errors="surrogatepass")) > BODY_LIMIT:
        raise RequestError([Problem("", f"body is larger than {BODY_LIMIT} bytes")])
    try:
        body = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_unique_keys,
        )
        json.dumps(body, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise RequestError([Problem("", "body is nested too deeply")]) from None
    except UnicodeEncodeError:
        raise RequestError([Problem("", "body contains a lone surrogate, not text")]) from None
    except ValueError as error:
        raise RequestError([Problem("", f"body is not valid JSON: {error}")]) from None
    if _depth(body) > NESTING_LIMIT:
        raise RequestError([Problem("", f"body is nested deeper than {NESTING_LIMIT} levels")])
    return body


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is too large a number")
    return number


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f"key {key!r} is given twice")
            seen.add(key)
    return result


def _depth(body: Any) -> int:
    deepest, level = 0, [body]
    while level:
        deepest += 1
        level = [
            child
            for value in level
            if isinstance(value, dict | list)
            for child in (value.values() if isinstance(value, dict) else value)
        ]
    return deepest


def problems_of(error: ValidationError) -> list[Problem]:
    """What a model refused, field by field, in words for the client."""
    found: dict[str, Problem] = {}
    for detail in error.errors(include_url=False, include_input=False):
        field = field_path(detail["loc"])
        message = detail["msg"].removeprefix("Value error, ")
        # A union reports once per member; the first one says enough.
        found.setdefault(field, Problem(field, _plain(detail["type"], message)))
    return list(found.values())


def _plain(kind: str, message: str) -> str:
    match kind:
        case "missing":
            return "is required"
        case "extra_forbidden":
            return "is not a known field here"
        case "string_pattern_mismatch":
            return "must be a template's id: 26 capital letters and digits"
        case "union_tag_invalid" | "union_tag_not_found":
            return "type must be one of text, data, image, video, audio, static, job"
        case _:
            return message[:1].lower() + message[1:]


_TAGS = frozenset({"text", "data", "image", "video", "audio", "static", "job"})
_UNION_MEMBERS = ("int", "float", "str", "bool", "list", "tuple", "function-", "constrained")


def field_path(location: Iterable[str | int]) -> str:
    """A pydantic location as a client would write it: `assets[0].template.composition`.

    Drops what pydantic adds for unions: the tag behind an asset's index and member names.
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
        if path and part.startswith(_UNION_MEMBERS):
            continue
        path += f".{part}" if path else part
    return path
