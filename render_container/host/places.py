"""The files of a request, with a check that they all lie in the client's folder.

A path that fits the schema may still lead out of the folder, through a symbolic link or a junction.
The check finds those. A process that can write to the spool could still add one after the check.
The damage is limited by the rights of the account that runs the agent and After Effects
(docs/host-agent.md).
"""

from dataclasses import dataclass
from pathlib import Path

from render_container.engines.arguments import Render
from render_container.host.errors import RequestError
from render_container.host.files import empty_folder, is_link
from render_container.host.request import HostRequest
from render_container.host.spool import ClientFolder


@dataclass(frozen=True)
class Places:
    """Full paths of a request's files; None for those that the request does not have."""

    work: Path
    project: Path
    output: Path
    plan: Path | None
    plan_result: Path | None
    fonts: Path | None

    def render(self, request: HostRequest) -> Render:
        """Return the parameters of aerender for `request`, with these paths."""
        return Render(
            project=self.project,
            composition=request.composition,
            output=self.output,
            module=request.module,
            quality=request.quality,
            first=request.first,
            last=request.last,
            displayed_start=request.displayed_start,
            whole=request.whole,
        )

    def clear(self) -> None:
        """Create or empty the output's folder, and remove the result of an earlier run's plan.

        Raises OSError if something cannot be created or removed.
        """
        self.output.parent.mkdir(parents=True, exist_ok=True)
        empty_folder(self.output.parent)
        if self.plan_result is not None:
            self.plan_result.unlink(missing_ok=True)


def find_places(client: ClientFolder, request: HostRequest) -> Places:
    """Return the paths of a request's files, after checking the files.

    Raises RequestError if a file or folder is missing, of the wrong kind, or reached by a link. The
    message names the field. Also raises it if the request's id is not the name of `client`.
    """
    if request.id != client.folder.name:
        raise RequestError(
            "The request to the agent is invalid (field id): the id is not the client's."
        )
    _refuse_link("id", client.folder)
    _refuse_link("id", client.work)

    def place(field: str, path: str | None) -> Path | None:
        return None if path is None else _walk(field, client.work, path)

    places = Places(
        work=client.work,
        project=_walk("project", client.work, request.project),
        output=_walk("output", client.work, request.output),
        plan=place("plan", request.plan),
        plan_result=place("plan_result", request.plan_result),
        fonts=place("fonts", request.fonts),
    )
    _check_kinds(places)
    return places


def _check_kinds(places: Places) -> None:
    for field, file in (("project", places.project), ("plan", places.plan)):
        if file is not None and not file.is_file():
            raise _refusal(field, "the file does not exist")
    if places.fonts is not None:
        if not places.fonts.is_dir():
            raise _refusal("fonts", "the folder does not exist")
        for entry in places.fonts.rglob("*"):
            _refuse_link("fonts", entry)
    if places.output.parent.exists() and not places.output.parent.is_dir():
        raise _refusal("output", "its folder is a file")
    if places.plan_result is not None and places.plan_result.is_dir():
        raise _refusal("plan_result", "is a folder")


def _walk(field: str, work: Path, path: str) -> Path:
    place = work
    for part in path.split("/"):
        place /= part
        _refuse_link(field, place)
    return place


def _refuse_link(field: str, path: Path) -> None:
    if is_link(path):
        raise _refusal(field, f"{path.name} is a link")


def _refusal(field: str, what: str) -> RequestError:
    return RequestError(f"The request to the agent is invalid (field {field}): {what}.")
