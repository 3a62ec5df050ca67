"""The closed schema of a worker's request to the agent.

Every request is untrusted: the agent reads it from a folder that containers can write to.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from intarsia.domain.settings import Engine
from render_container.engines.arguments import Module
from render_container.host.errors import RequestError

SIZE_LIMIT = 16384  # bytes of a request
FRAME_LIMIT = 10_000_000

_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_device(name: str) -> bool:
    """Return whether Windows takes a file name for a device, as `nul`, `NUL.txt` or `com1 .mov`."""
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
"""Name of a client and of its folder."""

RelativePath = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_relative_path)]
"""Path below the client's work folder, with parts separated by `/`."""

Frame = Annotated[int, Field(ge=0, lt=FRAME_LIMIT)]


class HostRequest(BaseModel):
    """One render. No program, argument or environment variable comes from outside."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Identifier
    """The client's name; all paths are relative to its work folder."""
    engine: Literal[Engine.AE2025, Engine.AE2026]
    project: RelativePath
    output: RelativePath
    """Path in a folder that holds nothing else: the folder is emptied before every run."""
    plan: RelativePath | None = None
    """Plan for After Effects' startup script."""
    plan_result: RelativePath | None = None
    """File in which the startup script reports its result."""
    fonts: RelativePath | None = None
    """Folder with fonts that the project needs."""
    composition: Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_composition)]
    module: Module
    quality: Literal["draft", "full"]
    first: Frame
    """First frame, counted from 0."""
    last: Frame
    """Last frame, inclusive."""
    displayed_start: Annotated[int, Field(gt=-FRAME_LIMIT, lt=FRAME_LIMIT)] = 0
    """Number that the timeline shows for frame 0."""
    whole: bool = False
    """True to render the whole composition, even if a script changes its length."""
    expected_frames: Annotated[int, Field(ge=1, le=FRAME_LIMIT)] | None = None
    """Number of frames; None if unknown before the render."""

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
    """Return the parsed request. Raises RequestError naming the first invalid field."""
    try:
        return HostRequest.model_validate_json(content)
    except ValidationError as error:
        raise misfit(error) from None


def misfit(error: ValidationError) -> RequestError:
    """Return the first validation error as a RequestError that names the field."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    # Only the outermost name: locations inside a union mean nothing to a reader.
    field = f"field {first['loc'][0]}" if first["loc"] else "as a whole"
    message = first["msg"].removeprefix("Value error, ")
    return RequestError(f"The request to the agent is invalid ({field}): {message}.")


def _below(path: str, folder: str) -> bool:
    # Windows compares names without regard to case.
    return f"{path}/".casefold().startswith(f"{folder}/".casefold())
