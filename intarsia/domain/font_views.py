"""Fonts in the API's responses: the contract's object, with Intarsia's additions."""

from intarsia.domain.fonts import Font, FontStatus, family_of
from intarsia.domain.template_views import UploadInfoView
from intarsia.domain.views import Moment, View


class FontView(View):
    """A font of the team, with the names that its file declares."""

    id: str
    family_name: str
    file_name: str
    created_at: Moment
    postscript_name: str | None
    full_name: str | None
    style: str | None
    status: FontStatus
    bytes: int | None
    error: str | None


class FontCreatedView(FontView):
    """A new font. If its file must still be uploaded, `uploadInfo` is the request to send."""

    upload_info: UploadInfoView | None = None


def font_view(font: Font) -> FontView:
    """Return the contract's Font object for a font, with Intarsia's additions."""
    names = font.names
    return FontView(
        id=font.id,
        family_name=family_of(font),
        file_name=font.file_name,
        created_at=font.created_at,
        postscript_name=names.postscript if names else None,
        full_name=names.full if names else None,
        style=names.style if names else None,
        status=font.status,
        bytes=font.bytes,
        error=font.error,
    )


def font_created_view(font: Font, upload_info: UploadInfoView) -> FontCreatedView:
    """Return the response for a new font whose file is still to be uploaded."""
    return FontCreatedView(**font_view(font).model_dump(), upload_info=upload_info)
