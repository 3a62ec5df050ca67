"""Client of the `/fonts` endpoints."""

from pathlib import Path

from intarsia.client.errors import ClientError, UnexpectedAnswerError, UnusableFileError
from intarsia.client.files import Files
from intarsia.client.http import Api, decoded, parsed, parsed_list, segment
from intarsia.client.models import Font
from intarsia.client.polling import looks

DIRECT_LIMIT = 4_000_000  # bytes; in base64 this stays below Lambda's limit of 6 MB for a request
POLL = 2.0  # seconds
READ_LIMIT = 120.0  # seconds


class Fonts:
    """Fonts of the API key's team.

    Every method raises `intarsia.client.ClientError` if its request fails.
    """

    def __init__(self, api: Api, files: Files) -> None:
        self._api = api
        self._files = files

    def add(
        self,
        path: Path,
        family: str | None = None,
        *,
        poll: float = POLL,
        timeout: float = READ_LIMIT,
    ) -> Font:
        """Upload a TrueType font and wait until the server has read it.

        Files above 4 MB are sent to file storage, smaller ones to the API. `family` replaces the
        family name in the file; None keeps it. Polls every `poll` seconds.

        Raises ClientError if `path` is not a file, and InvalidRequestError or UnusableFileError if
        the server rejects the font. Raises WaitTimeoutError if it is not read within `timeout`
        seconds.
        """
        if not path.is_file():
            raise ClientError(f"{path} is not a file")
        if path.stat().st_size <= DIRECT_LIMIT:
            font = self._send_direct(path, family)
        else:
            font = self._send_by_store(path, family)
        # Servers that report no status have read the font by the time they respond.
        return self.wait(font.id, poll=poll, timeout=timeout) if font.status else font

    def wait(self, font_id: str, *, poll: float = POLL, timeout: float | None = READ_LIMIT) -> Font:
        """Wait until the server has read an uploaded font, and return the font.

        Polls every `poll` seconds. Raises UnusableFileError if the server cannot use the font's
        file, and WaitTimeoutError after `timeout` seconds; None waits indefinitely.
        """
        for _ in looks(f"font {font_id} was not read", poll=poll, timeout=timeout):
            font = self.get(font_id)
            if font.status == "error":
                reason = font.error or "no reason given"
                raise UnusableFileError(f"{font.file_name} ({font_id}): {reason}")
            if font.status in {"uploaded", None}:
                break
        return font

    def list(self) -> list[Font]:
        """Return all fonts of the team."""
        return parsed_list(Font, self._api.get("fonts"))

    def get(self, font_id: str) -> Font:
        """Return one font of the team."""
        return parsed(Font, self._api.get(f"fonts/{segment(font_id)}"))

    def delete(self, font_id: str) -> None:
        """Delete a font. Raises ConflictError while a job that has not ended uses it."""
        self._api.send("DELETE", f"fonts/{segment(font_id)}")

    def _send_direct(self, path: Path, family: str | None) -> Font:
        with path.open("rb") as file:
            response = self._api.request(
                "POST",
                f"{self._api.v2}/fonts",
                files={"font": (path.name, file, "font/ttf")},
                data={"familyName": family} if family else None,
            )
        return parsed(Font, decoded(response))

    def _send_by_store(self, path: Path, family: str | None) -> Font:
        body = {"fileName": path.name} | ({"familyName": family} if family else {})
        font = parsed(Font, self._api.send("POST", "fonts", body))
        if font.upload_info is None:
            raise UnexpectedAnswerError("the response has no uploadInfo for the font")
        self._files.upload(font.upload_info, path)
        return font
