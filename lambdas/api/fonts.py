"""Routes of `/api/v2/fonts`: creation, reading and deletion of a team's fonts."""

from collections.abc import Callable
from typing import TypeVar

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

from intarsia.domain.errors import ConflictError, NotFoundError, Problem, RequestError
from intarsia.domain.font_views import font_created_view, font_view
from intarsia.domain.fonts import (
    UPLOAD_URL_SECONDS,
    Font,
    FontRequest,
    usable_family,
    usable_file_name,
)
from intarsia.domain.requests import parse
from intarsia.domain.template_views import UploadInfoView
from intarsia.workflow.adding_fonts import add_font, awaited_font
from lambdas import dependencies
from lambdas.api import multipart
from lambdas.api.requests import body_of, team_of
from lambdas.api.responses import json_response

router = Router()

CheckedT = TypeVar("CheckedT")


@router.post("/api/v2/fonts")
def create_font() -> Response[str]:
    """Create a font from a file in a multipart form, or prepare its upload by a presigned PUT.

    A form stores the font immediately. A JSON body creates a font that awaits its file; the
    response then has the URL for the upload. Both return the font (201).

    Raises RequestError for any other media type and for an unusable font, and TooLargeError for a
    file that is too large for a form.
    """
    media_type = multipart.media_type_of(router)
    if media_type == multipart.TYPE:
        return json_response(201, font_view(_sent()))
    if "json" in media_type:
        font = _announced()
        upload = UploadInfoView(
            url=dependencies.font_files().upload_url(font.key, UPLOAD_URL_SECONDS),
            method="PUT",
            expires_in=UPLOAD_URL_SECONDS,
            key=font.key,
        )
        return json_response(201, font_created_view(font, upload))
    raise RequestError(
        [
            Problem(
                "font",
                f"must be a file in a body of type {multipart.TYPE}. To upload the file "
                'separately, send JSON: {"fileName": "..."}',
            )
        ]
    )


@router.get("/api/v2/fonts")
def list_fonts() -> Response[str]:
    """Return the team's fonts as a bare JSON array."""
    return json_response(
        200, [font_view(font) for font in dependencies.fonts().list_by_team(team_of(router))]
    )


@router.get("/api/v2/fonts/<font_id>")
def get_font(font_id: str) -> Response[str]:
    """Return one font. Raises NotFoundError if the team has no such font."""
    return json_response(200, font_view(_own_font(font_id)))


@router.delete("/api/v2/fonts/<font_id>")
def delete_font(font_id: str) -> Response[str]:
    """Delete a font and its file (204).

    Raises NotFoundError if the team has no such font, and ConflictError while a job that has not
    ended uses it.
    """
    font = _own_font(font_id)
    if dependencies.jobs().active_with_font(font.team_id, font.id):
        raise ConflictError(f"font {font.id} is used by jobs that have not ended")
    # Delete the file last: a font that is still listed must be usable.
    dependencies.fonts().delete(font.id)
    dependencies.font_files().delete(font.key)
    return Response(status_code=204, body="")  # the emulator's gateway fails on a null body


def _sent() -> Font:
    parts = multipart.parts_of(router)
    file = parts.get("font")
    if file is None:
        raise RequestError([Problem("font", "is required: the file of a TrueType font (.ttf)")])
    if file.file_name is None:
        raise RequestError([Problem("font", "must be a file, with a file name ending in .ttf")])
    file_name = _checked("font", usable_file_name, file.file_name)
    family = parts.get("familyName")
    family_name = (
        _checked("familyName", usable_family, multipart.text_of(family)) if family else None
    )
    font = awaited_font(team_of(router), file_name, family_name)
    return add_font(dependencies.fonts(), dependencies.font_files(), font, file.content)


def _announced() -> Font:
    request = parse(FontRequest, body_of(router))
    font = awaited_font(team_of(router), request.file_name, request.family_name)
    dependencies.fonts().put(font)
    return font


def _checked(field: str, check: Callable[[str], CheckedT], value: str) -> CheckedT:
    try:
        return check(value)
    except ValueError as error:
        raise RequestError([Problem(field, str(error))]) from None


def _own_font(font_id: str) -> Font:
    font = dependencies.fonts().get(font_id)
    if font is None or font.team_id != team_of(router):
        raise NotFoundError(f"font {font_id} not found")
    return font
