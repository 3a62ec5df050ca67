"""Addition of fonts to a team's bank.

A font's file is sent within a request, or uploaded by presigned URL and read when it arrives.
"""

from dataclasses import dataclass

from intarsia.domain.errors import Problem, RequestError, TooLargeError
from intarsia.domain.fonts import FILE_LIMIT, INLINE_LIMIT, Font, FontNames, FontStatus, font_key
from intarsia.domain.ids import new_id, now
from intarsia.fonts.names import FontError, read_names
from intarsia.names import FONTS_PREFIX
from intarsia.storage.fonts import FontFiles, FontRepository

FAULT = "The file could not be read because of an internal error; upload it again."


@dataclass(frozen=True)
class FontUpload:
    """A font file that has arrived in the templates bucket."""

    font_id: str
    key: str
    size: int  # bytes


def font_upload_of(key: str, size: int) -> FontUpload | None:
    """Return the font upload that the S3 object `key` is, or None if it is not a font.

    `size` is in bytes. Font keys are `fonts/<team>/<font>/<name>.ttf`.
    """
    parts = key.split("/")
    if not key.startswith(FONTS_PREFIX) or len(parts) != 4:
        return None
    return FontUpload(font_id=parts[2], key=key, size=size)


def awaited_font(team_id: str, file_name: str, family_name: str | None) -> Font:
    """Return a new, unstored font that awaits the upload of its file.

    `family_name` replaces the family name in the file; None keeps it.
    """
    font_id = new_id()
    return Font(
        id=font_id,
        team_id=team_id,
        status=FontStatus.AWAITING_UPLOAD,
        file_name=file_name,
        family_name=family_name,
        key=font_key(team_id, font_id, file_name),
        created_at=now(),
    )


def add_font(fonts: FontRepository, files: FontFiles, font: Font, data: bytes) -> Font:
    """Store a font and its file, which came within the request, and return the stored font.

    `data` is the file. The stored font has the status `uploaded`, and the size and names of the
    file.

    Raises TooLargeError if the file exceeds FILE_LIMIT or INLINE_LIMIT. Raises RequestError
    naming the part `font` if the file is not a usable TrueType font.
    """
    if len(data) > FILE_LIMIT:
        raise TooLargeError(f"font: has {len(data)} bytes; the limit is {FILE_LIMIT} (40 MiB)")
    if len(data) > INLINE_LIMIT:
        raise TooLargeError(
            f"font: has {len(data)} bytes; the limit in a request is {INLINE_LIMIT}. For a larger "
            'font, send POST /fonts with the JSON body {"fileName": "..."}. Then PUT the file to '
            "uploadInfo.url of the response"
        )
    try:
        names = read_names(data)
    except FontError as error:
        raise RequestError([Problem("font", f"cannot be used: {error}")]) from None
    kept = font.model_copy(
        update={"status": FontStatus.UPLOADED, "bytes": len(data), "names": names}
    )
    # The file first: a crash then leaves an unreferenced file, not a font without a file.
    files.put(font.key, data)
    fonts.put(kept)
    return kept


def read_font(fonts: FontRepository, files: FontFiles, upload: FontUpload) -> Font | None:
    """Read an uploaded font file, and record its names or the reason why it cannot be used.

    Returns the updated font. Returns None if the font was deleted, or has another key than the
    upload. An unexpected exception is recorded as the text FAULT and raised again.
    """
    font = fonts.get(upload.font_id)
    if font is None or font.key != upload.key:
        return None
    try:
        names = _arrived_names(files, upload)
    except FontError as error:
        reason = f"The file cannot be used: {error}."
        fonts.settle(font.id, FontStatus.ERROR, size=upload.size, error=reason)
    except Exception:
        # Recorded so that no client polls for ever. A successful retry by Lambda overwrites it.
        fonts.settle(font.id, FontStatus.ERROR, size=upload.size, error=FAULT)
        raise
    else:
        fonts.settle(font.id, FontStatus.UPLOADED, size=upload.size, names=names)
    return fonts.get(font.id)


def _arrived_names(files: FontFiles, upload: FontUpload) -> FontNames:
    if upload.size > FILE_LIMIT:
        raise FontError(f"it has {upload.size} bytes; the limit is {FILE_LIMIT}")
    return read_names(files.read(upload.key, FILE_LIMIT))
