"""What a worker may ask the agent for: these fields and nothing else.

Everything here is a stranger's: the agent reads it from a folder that containers can write to.
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
    """Whether Windows takes a file name for a device, as `nul`, `NUL.txt` or `com1 .mov`."""
    return _DEVICE.fullmatch(name.partition(".")[0].rstrip(" ")) is not None


def _identifier(text: str) -> str:
    if is_device(text):
        raise ValueError("is the name of a device")
    return text


def _relative_path(text: str) -> str:
    for part in text.split("/"):
        if part in {"", ".", ".."}:
            raise ValueError("must be a path below the work folder, with / and without . or ..")
        if found := _FORBIDDEN.search(part):
            raise ValueError(f"must not contain {found[0]!r}")
        if part[-1] in ". " or part[0] == " ":
            raise ValueError("has a part that begins or ends with a blank or ends with a dot")
        if is_device(part):
            raise ValueError("has a part that is the name of a device")
    return text


def _composition(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("must not contain control characters")
    return text


Identifier = Annotated[
    str, Field(pattern=r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,63}\z"), AfterValidator(_identifier)
]
"""Names a client and its folder."""

RelativePath = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_relative_path)]
"""Below the client's work folder, its parts separated by `/`."""

Frame = Annotated[int, Field(ge=0, lt=FRAME_LIMIT)]


class HostRequest(BaseModel):
    """One render. Closed: neither arguments nor environment nor programs come from outside."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Identifier
    """The client's, whose folder all paths are relative to."""
    engine: Literal[Engine.AE2025, Engine.AE2026]
    project: RelativePath
    output: RelativePath
    """In a folder that holds nothing else: it is emptied before every run."""
    plan: RelativePath | None = None
    """What After Effects' startup script is to apply."""
    plan_result: RelativePath | None = None
    """Where it says what it did."""
    fonts: RelativePath | None = None
    """A folder with fonts that the project needs."""
    composition: Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_composition)]
    module: Module
    quality: Literal["draft", "full"]
    first: Frame
    """First frame, counted from 0."""
    last: Frame
    """Last frame, rendered too."""
    displayed_start: Annotated[int, Field(gt=-FRAME_LIMIT, lt=FRAME_LIMIT)] = 0
    """The number that the timeline shows for frame 0."""
    whole: bool = False
    """From end to end, however long the composition is by then."""
    expected_frames: Annotated[int, Field(ge=1, le=FRAME_LIMIT)] | None = None
    """None where nobody knows before the render."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.last < self.first:
            raise ValueError("last must not be before first")
        if (self.plan is None) != (self.plan_result is None):
            raise ValueError("plan and plan_result come together or not at all")
        folder, separator, _ = self.output.rpartition("/")
        if not separator:
            raise ValueError("output must be in a folder of its own")
        others = (self.project, self.plan, self.plan_result, self.fonts)
        if any(_below(other, folder) for other in others if other is not None):
            raise ValueError("output must be in a folder that holds nothing else")
        return self


def read_request(content: bytes) -> HostRequest:
    """Raises RequestError naming the first field that does not fit."""
    try:
        return HostRequest.model_validate_json(content)
    except ValidationError as error:
        raise misfit(error) from None


def misfit(error: ValidationError) -> RequestError:
    """Its first complaint as a sentence that names the field."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    # What is inside a union, such as the members of an enumeration, is of no use to a reader.
    field = f"field {first['loc'][0]}" if first["loc"] else "as a whole"
    message = first["msg"].removeprefix("Value error, ")
    return RequestError(f"The request to the agent does not fit ({field}): {message}.")


def _below(path: str, folder: str) -> bool:
    # As Windows compares names.
    return f"{path}/".casefold().startswith(f"{folder}/".casefold())
