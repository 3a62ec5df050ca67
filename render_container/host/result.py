"""The agent's result: the end of the engine's run, or the reason why it did not run."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from render_container.host.errors import Kind

SIZE_LIMIT = 1_048_576  # bytes of a result


class Ran(BaseModel):
    """The engine ran; the fields are those of `engines.process.Outcome`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    end: Literal["ran"] = "ran"
    run: int
    """Number of the run whose log is the render's, counted from 1."""
    exit_code: int | None
    seconds: float
    cancelled: bool
    hung: str | None
    warnings: tuple[str, ...] = ()
    """Warnings about fonts."""


class Refused(BaseModel):
    """The engine did not run, or no run came to an end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    end: Literal["refused"] = "refused"
    kind: Kind
    reason: str
    """One sentence."""


Result = Annotated[Ran | Refused, Field(discriminator="end")]
_RESULT: TypeAdapter[Ran | Refused] = TypeAdapter(Result)


def write_result(result: Ran | Refused) -> bytes:
    """Return the content of the result file."""
    return _RESULT.dump_json(result)


def read_result(content: bytes) -> Ran | Refused:
    """Return the result in a result file. Raises ValueError for any other content."""
    try:
        return _RESULT.validate_json(content)
    except ValidationError as error:
        raise ValueError(f"not a result of an agent: {error}") from None
