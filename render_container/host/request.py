"""The schema of a worker's request to the host agent; it allows no other fields.

No request is trusted, because the agent reads it from a folder that containers can write to.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from intarsia.domain.settings import Engine
from render_container.engines.arguments import Module
from render_container.host.errors import RequestError

SIZE_LIMIT = 16384  # bytes of a request
FRAME_LIMIT = 10_000_000  # frames of a composition

_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_device(name: str) -> bool:
    """Return whether Windows treats a file of this name as a device: `NUL.txt`, `com1 .mov`."""
    return _DEVICE.fullmatch(name.partition(".")[0].rstrip(" ")) is not None


def _identifier(text: str) -> str:
    if is_device(text):
        raise ValueError("is the name of a Windows device")
    return text


def _relative_path(text: str) -> str:
    for part in text.split("/"):
        if part in {"", ".", ".."}:
            raise ValueError("must be a path below the work folder, with / and without . or ..")
        if found := _FORBIDDEN.search(part):
            raise ValueError(f"must not contain {found[0]!r}")
        if part[-1] in ". " or part[0] == " ":
            raise ValueError("has a part that begins or ends with a space or ends with a dot")
        if is_device(part):
            raise ValueError("has a part that is the name of a Windows device")
    return text


def _composition(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("must not contain control characters")
    return text


Identifier = Annotated[
    str, Field(pattern=r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,63}\z"), AfterValidator(_identifier)
]
"""Name of a client, and so of its folder in the spool."""

RelativePath = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_relative_path)]
"""Path relative to the client's work folder; its parts are separated by `/`."""

Frame = Annotated[int, Field(ge=0, lt=FRAME_LIMIT)]


class HostRequest(BaseModel):
    """Request for one render.

    A client cannot choose the program, its arguments or its environment variables: the agent
    derives them from these fields.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Identifier
    """Name of the client. All paths are relative to its work folder."""
    engine: Literal[Engine.AE2025, Engine.AE2026]
    project: RelativePath
    output: RelativePath
    """Path of the output, in a folder of its own, because the agent empties it before every run."""
    plan: RelativePath | None = None
    """File of the resolved plan for our startup script in After Effects; None for no plan."""
    plan_result: RelativePath | None = None
    """File in which the startup script reports the plan's result; None without a plan."""
    fonts: RelativePath | None = None
    """Folder of fonts to install during the render; None to install none."""
    composition: Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_composition)]
    module: Module
    quality: Literal["draft", "full"]
    first: Frame
    """First frame to render, counted from 0."""
    last: Frame
    """Last frame to render, inclusive."""
    displayed_start: Annotated[int, Field(gt=-FRAME_LIMIT, lt=FRAME_LIMIT)] = 0
    """Number that After Effects' timeline shows for frame 0."""
    whole: bool = False
    """True to render the whole composition, whose length a script may still change.

    `first` and `last` are then only the range as known before the render.
    """
    expected_frames: Annotated[int, Field(ge=1, le=FRAME_LIMIT)] | None = None
    """Number of frames to render; None if unknown before the render."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.last < self.first:
            raise ValueError("last must not be before first")
        if (self.plan is None) != (self.plan_result is None):
            raise ValueError("plan and plan_result must both be given, or neither")
        folder, separator, _ = self.output.rpartition("/")
        if not separator:
            raise ValueError("output must be in a folder of its own")
        others = (self.project, self.plan, self.plan_result, self.fonts)
        if any(_below(other, folder) for other in others if other is not None):
            raise ValueError("output must be in a folder that holds nothing else")
        return self


def read_request(content: bytes) -> HostRequest:
    """Return the request in the JSON text `content`.

    Raises RequestError if it is invalid; the message names the first invalid field.
    """
    try:
        return HostRequest.model_validate_json(content)
    except ValidationError as error:
        raise misfit(error) from None


def misfit(error: ValidationError) -> RequestError:
    """Return the first of a request's validation errors as a RequestError that names the field."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    # Only the outermost name: locations inside a union mean nothing to a reader.
    field = f"field {first['loc'][0]}" if first["loc"] else "as a whole"
    message = first["msg"].removeprefix("Value error, ")
    return RequestError(f"The request to the agent is invalid ({field}): {message}.")


def _below(path: str, folder: str) -> bool:
    # Windows compares names without regard to case.
    return f"{path}/".casefold().startswith(f"{folder}/".casefold())
