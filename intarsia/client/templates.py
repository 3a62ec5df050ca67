"""Client of the `/templates` endpoints."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from intarsia.client.errors import ClientError, UnexpectedAnswerError, UnusableFileError
from intarsia.client.files import Files
from intarsia.client.http import Api, parsed, parsed_list, segment
from intarsia.client.models import Composition, Layer, Model, Template, UploadInfo
from intarsia.client.polling import looks

PAGE = 1000  # rows in one response, the maximum of the API
POLL = 2.0  # seconds
READ_LIMIT = 600.0  # seconds

RowT = TypeVar("RowT", bound=Model)


class Templates:
    """After Effects templates of the API key's team.

    Every method raises `intarsia.client.ClientError` if its request fails.
    """

    def __init__(self, api: Api, files: Files) -> None:
        self._api = api
        self._files = files

    def add(
        self,
        path: Path,
        name: str | None = None,
        *,
        poll: float = POLL,
        timeout: float = READ_LIMIT,
    ) -> Template:
        """Upload a project as a new template, and wait until the server has read it.

        The suffix of `path` is the template's type: `.aep`, `.zip` or `.mogrt`. `name` is its
        display name, by default the file's name without the suffix. Polls every `poll` seconds.

        Raises ClientError if `path` is not a file, and UnusableFileError if the server cannot use
        the project. Raises WaitTimeoutError if it is not read within `timeout` seconds.
        """
        if not path.is_file():
            raise ClientError(f"{path} is not a file")
        template = self.create(path.suffix.removeprefix(".").lower(), name or path.stem)
        self.upload(template, path)
        return self.wait(template.id, poll=poll, timeout=timeout)

    def create(self, kind: str, name: str, *, src: str | None = None) -> Template:
        """Create a template of type `aep`, `zip` or `mogrt`, without its file.

        `kind` is the type, `name` the display name. The server fetches the file from `src`, an
        `https://` URL. If `src` is None, send the file with `upload`.
        """
        body = {"type": kind, "displayName": name} | ({"src": src} if src else {})
        answer = self._api.send("POST", "templates", body)
        # The specification has the fields at the top level, other servers below "template".
        nested = answer.get("template") if isinstance(answer, dict) else None
        return parsed(Template, {**answer, **nested} if isinstance(nested, dict) else answer)

    def upload(self, template: Template, path: Path) -> None:
        """Upload the file of a template, for the first time or as a replacement.

        Raises StorageError or UnreachableError if the upload to file storage fails, and OSError if
        `path` cannot be read.
        """
        info = template.upload_info
        if info is None:
            answer = self._api.send("PUT", f"templates/{segment(template.id)}/upload")
            info = parsed(UploadInfo, answer)
        self._files.upload(info, path)

    def wait(
        self, template_id: str, *, poll: float = POLL, timeout: float | None = READ_LIMIT
    ) -> Template:
        """Wait until the server has read the template's file, and return the template.

        Polls every `poll` seconds. Raises UnusableFileError if the server cannot use the file, and
        WaitTimeoutError if this takes more than `timeout` seconds; None waits indefinitely.
        """
        for _ in looks(f"template {template_id} was not read", poll=poll, timeout=timeout):
            template = self.get(template_id)
            if template.status == "error":
                reason = template.error or "no reason given"
                raise UnusableFileError(f"{template.display_name} ({template_id}): {reason}")
            if template.status == "uploaded":
                break
        return template

    def list(self) -> list[Template]:
        """Return all templates of the team."""
        return parsed_list(Template, self._api.get("templates"))

    def get(self, template_id: str) -> Template:
        """Return one template of the team."""
        return parsed(Template, self._api.get(f"templates/{segment(template_id)}"))

    def rename(self, template_id: str, name: str) -> Template:
        """Change the display name of a template, and return the template."""
        path = f"templates/{segment(template_id)}"
        return parsed(Template, self._api.send("PATCH", path, {"displayName": name}))

    def delete(self, template_id: str) -> None:
        """Delete a template. Raises ConflictError while a job that has not ended uses it."""
        self._api.send("DELETE", f"templates/{segment(template_id)}")

    def download(self, template_id: str, path: Path) -> None:
        """Download a template's file to `path`.

        Raises NotFoundError if the template has no file, StorageError or UnreachableError if the
        download fails, and OSError if `path` cannot be written.
        """
        answer = self._api.get(f"templates/{segment(template_id)}/download")
        if not isinstance(answer, dict) or not isinstance(answer.get("url"), str):
            raise UnexpectedAnswerError("the response has no url of the file")
        self._files.download(answer["url"], path)

    def compositions(self, template_id: str) -> Iterator[Composition]:
        """Yield the compositions of a template.

        Yields none until the template's status is `uploaded`.
        """
        return self._rows(Composition, template_id, "compositions")

    def layers(self, template_id: str) -> Iterator[Layer]:
        """Yield the layers of all compositions of a template.

        Yields none until the template's status is `uploaded`.
        """
        return self._rows(Layer, template_id, "layers")

    def _rows(self, model: type[RowT], template_id: str, what: str) -> Iterator[RowT]:
        start = 0
        while True:
            path = f"templates/{segment(template_id)}/{what}"
            rows = parsed_list(model, self._api.get_v3(path, limit=PAGE, offset=start))
            yield from rows
            start += len(rows)
            if len(rows) < PAGE:
                return
