"""Parsing of request bodies of type `multipart/form-data`."""

import base64
import binascii
from dataclasses import dataclass

import multipart
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia.domain.errors import Problem, RequestError

PARTS_LIMIT = 16
"""Maximum number of parts in a form."""
TYPE = "multipart/form-data"


@dataclass(frozen=True)
class Part:
    """One part of a multipart form. `file_name` is None for a plain field."""

    name: str
    file_name: str | None
    content: bytes


def media_type_of(router: Router) -> str:
    """Return the request's media type, in lower case and without parameters."""
    return _content_type(router).partition(";")[0].strip().lower()


def parts_of(router: Router) -> dict[str, Part]:
    """Return the parts of the request's multipart form by name.

    Raises RequestError for a malformed body, more than PARTS_LIMIT parts, or two parts of one name.
    """
    _, options = multipart.parse_options_header(_content_type(router))
    boundary = options.get("boundary")
    if not boundary:
        raise _malformed("its content type has no boundary")
    parts: dict[str, Part] = {}
    try:
        for part in _parsed(boundary, _body(router)):
            if part.name in parts:
                raise RequestError([Problem(part.name, "is given twice; send it once")])
            parts[part.name] = part
    except (multipart.MultipartError, UnicodeError) as error:
        raise _malformed(str(error.args[0]) if error.args else "it cannot be parsed") from None
    return parts


def text_of(part: Part) -> str:
    """Return the text of a form's plain field. Raises RequestError for a file or invalid UTF-8."""
    if part.file_name is not None:
        raise RequestError([Problem(part.name, "must be a plain field, not a file")])
    try:
        return part.content.decode()
    except UnicodeDecodeError:
        raise RequestError([Problem(part.name, "must be UTF-8 text")]) from None


def _parsed(boundary: str, body: bytes) -> list[Part]:
    found: list[tuple[multipart.MultipartSegment, list[bytes]]] = []
    with multipart.PushMultipartParser(
        boundary, max_segment_count=PARTS_LIMIT, strict=True
    ) as parser:
        for event in parser.parse(body):
            if isinstance(event, multipart.MultipartSegment):
                found.append((event, []))
            elif event is not None:
                found[-1][1].append(event)
    return [Part(part.name, part.filename, b"".join(chunks)) for part, chunks in found]


def _body(router: Router) -> bytes:
    event = router.current_event
    text = event.body or ""
    if not event.is_base64_encoded:
        return text.encode(errors="surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _malformed("it is not valid base64") from None


def _content_type(router: Router) -> str:
    return router.current_event.headers.get("content-type") or ""


def _malformed(reason: str) -> RequestError:
    return RequestError([Problem("", f"body is not {TYPE}: {reason}")])
