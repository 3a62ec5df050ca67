"""`/templates`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from intarsia.client.errors import ClientError, UnexpectedAnswerError, UnusableFileError
from intarsia.client.files import Files
from intarsia.client.http import Api, parsed, parsed_list, segment
from intarsia.client.models import Composition, Layer, Model, Template, UploadInfo
from intarsia.client.polling import looks

PAGE = 1000  # rows, the contract's most
POLL = 2.0  # seconds
READ_LIMIT = 600.0  # seconds

RowT = TypeVar("RowT", bound=Model)


class Templates:
    """Templates of the key's team. Everything here raises ClientError."""

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
        """Upload a project and wait until it has been read; its suffix is its type.

        Raises UnusableFileError with the reason if it cannot be used, WaitTimeoutError.
        """
        if not path.is_file():
            raise ClientError(f"{path} is not a file")
        template = self.create(path.suffix.removeprefix(".").lower(), name or path.stem)
        self.upload(template, path)
        return self.wait(template.id, poll=poll, timeout=timeout)

    def create(self, kind: str, name: str, *, src: str | None = None) -> Template:
        """Register a template (`aep`, `zip`); with `src` the server fetches it from there."""
        body = {"type": kind, "displayName": name} | ({"src": src} if src else {})
        answer = self._api.send("POST", "templates", body)
        # The specification is flat, other servers nest: the id may be in the one or the other.
        nested = answer.get("template") if isinstance(answer, dict) else None
        return parsed(Template, {**answer, **nested} if isinstance(nested, dict) else answer)

    def upload(self, template: Template, path: Path) -> None:
        """Send the file of a template, the first time or again."""
        info = template.upload_info
        if info is None:
            answer = self._api.send("PUT", f"templates/{segment(template.id)}/upload")
            info = parsed(UploadInfo, answer)
        self._files.upload(info, path)

    def wait(
        self, template_id: str, *, poll: float = POLL, timeout: float | None = READ_LIMIT
    ) -> Template:
        """Wait until an upload has been read. Raises UnusableFileError, WaitTimeoutError."""
        for _ in looks(f"template {template_id} was not read", poll=poll, timeout=timeout):
            template = self.get(template_id)
            if template.status == "error":
                reason = template.error or "no reason given"
                raise UnusableFileError(f"{template.display_name} ({template_id}): {reason}")
            if template.status == "uploaded":
                break
        return template

    def list(self) -> list[Template]:
        """All templates."""
        return parsed_list(Template, self._api.get("templates"))

    def get(self, template_id: str) -> Template:
        """One template."""
        return parsed(Template, self._api.get(f"templates/{segment(template_id)}"))

    def rename(self, template_id: str, name: str) -> Template:
        """Give a template another name."""
        path = f"templates/{segment(template_id)}"
        return parsed(Template, self._api.send("PATCH", path, {"displayName": name}))

    def delete(self, template_id: str) -> None:
        """Delete a template; ConflictError while a job that has not ended uses it."""
        self._api.send("DELETE", f"templates/{segment(template_id)}")

    def download(self, template_id: str, path: Path) -> None:
        """Write a template's file to `path`."""
        answer = self._api.get(f"templates/{segment(template_id)}/download")
        if not isinstance(answer, dict) or not isinstance(answer.get("url"), str):
            raise UnexpectedAnswerError("the server's download has no url")
        self._files.download(answer["url"], path)

    def compositions(self, template_id: str) -> Iterator[Composition]:
        """What can be rendered; none before the template is `uploaded`."""
        return self._rows(Composition, template_id, "compositions")

    def layers(self, template_id: str) -> Iterator[Layer]:
        """The layers of all compositions."""
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
