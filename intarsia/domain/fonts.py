"""Fonts of a team, and their lookup by the name that a job or template uses."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StrictStr

from intarsia.domain.assets import Model

FILE_LIMIT = 40 * 1024**2  # bytes; set by the contract
INLINE_LIMIT = 4_400_000
"""Maximum size in bytes of a font file that is sent within a request.

Lambda accepts 6,291,456 bytes per event, and base64 turns 3 bytes into 4. A larger file must be
uploaded to a presigned URL.
"""
UPLOAD_URL_SECONDS = 3600
FILE_NAME_LIMIT = 255  # characters
FAMILY_LIMIT = 128  # characters


class FontStatus(StrEnum):
    """The status of a font: whether its file is awaited, usable or invalid."""

    AWAITING_UPLOAD = "awaiting_upload"
    UPLOADED = "uploaded"
    ERROR = "error"


class FontNames(BaseModel):
    """The names that a font file declares."""

    families: list[str] = Field(min_length=1)
    """Family names: the preferred one first, then others, such as those for older systems."""
    postscript: str | None = None
    full: str | None = None
    style: str | None = None


class Font(BaseModel):
    """One font of a team."""

    id: str
    team_id: str
    status: FontStatus
    file_name: str
    family_name: str | None = None
    """Family name given by the client; None if the one in the font file applies."""
    key: str
    """Key of the font file in the templates bucket."""
    created_at: datetime
    bytes: int | None = None
    names: FontNames | None = None
    """Names that the font file declares; None until the file has been read."""
    error: str | None = None


def usable_file_name(name: str) -> str:
    """Return `name` if it is a plain file name that ends in `.ttf`.

    Raises ValueError otherwise. The message names the rule that is violated.
    """
    if any(character in "/\\" or _is_control(character) for character in name):
        raise ValueError("the file name must be plain, without folders or control characters")
    if not name.lower().endswith(".ttf") or len(name) < 5:
        raise ValueError("the file name must end in .ttf; only TrueType fonts are accepted")
    if len(name) > FILE_NAME_LIMIT:
        raise ValueError(f"the file name must have {FILE_NAME_LIMIT} characters at most")
    return name


def usable_family(name: str) -> str | None:
    """Return a font family's name without surrounding spaces, or None if it is blank.

    Raises ValueError if it has control characters or more than FAMILY_LIMIT characters.
    """
    if any(_is_control(character) for character in name):
        raise ValueError("must be text without control characters")
    if len(name) > FAMILY_LIMIT:
        raise ValueError(f"must have {FAMILY_LIMIT} characters at most")
    return name.strip() or None


class FontRequest(Model):
    """The body of POST /fonts if the file is uploaded later, to a presigned URL."""

    file_name: Annotated[StrictStr, AfterValidator(usable_file_name)]
    family_name: Annotated[StrictStr, AfterValidator(usable_family)] | None = None


def font_key(team_id: str, font_id: str, file_name: str) -> str:
    """Return the key of a font's file in the templates bucket."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", PurePosixPath(file_name).stem)[:80]
    return f"fonts/{team_id}/{font_id}/{stem or 'font'}.ttf"


def family_of(font: Font) -> str:
    """Return the family name to show for a font.

    It is the client's name, else the one in the font file, else the file name's stem.
    """
    if font.family_name:
        return font.family_name
    return font.names.families[0] if font.names else PurePosixPath(font.file_name).stem


def find_font(fonts: Sequence[Font], wanted: str) -> Font | None:
    """Return the font among `fonts` to which the name `wanted` refers, or None if there is none.

    Compares without regard to case, in this order: PostScript name, full name (also family and
    style), file name with or without `.ttf`, family. Of several matches, a regular style wins, then
    the newest font. Only fonts with the status `uploaded` are candidates.
    """
    name = _folded(wanted)
    usable = sorted(
        (font for font in fonts if font.status is FontStatus.UPLOADED),
        key=lambda font: (font.created_at, font.id),
        reverse=True,
    )
    for names_of in _WAYS:
        matches = [font for font in usable if name in names_of(font)]
        if matches:
            return next((font for font in matches if _is_regular(font)), matches[0])
    return None


def _postscript_names(font: Font) -> set[str]:
    return _all_folded([font.names.postscript if font.names else None])


def _full_names(font: Font) -> set[str]:
    if font.names is None:
        return set()
    styled = [f"{family} {font.names.style}" for family in _family_list(font) if font.names.style]
    return _all_folded([font.names.full, *styled])


def _file_names(font: Font) -> set[str]:
    return _all_folded([font.file_name, font.file_name[: -len(".ttf")]])


def _family_names(font: Font) -> set[str]:
    return _all_folded(_family_list(font))


_WAYS: Sequence[Callable[[Font], set[str]]] = (
    _postscript_names,
    _full_names,
    _file_names,
    _family_names,
)


def _family_list(font: Font) -> list[str]:
    own = [font.family_name] if font.family_name else []
    return own + (font.names.families if font.names else [])


def _is_regular(font: Font) -> bool:
    return bool(font.names and (font.names.style or "").casefold() in _REGULAR)


_REGULAR = {"regular", "normal", "book", "roman", "plain"}


def _all_folded(names: Sequence[str | None]) -> set[str]:
    return {_folded(name) for name in names if name}


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
