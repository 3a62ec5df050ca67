"""What the agent answers: how the engine ended, or why it was not run."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from render_container.host.errors import Kind

SIZE_LIMIT = 1_048_576  # bytes of a result


class Ran(BaseModel):
    """The engine was run; the fields are those of `engines.process.Outcome`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    end: Literal["ran"] = "ran"
    run: int
    """Whose log is the render's, counted from 1."""
    exit_code: int | None
    seconds: float
    cancelled: bool
    hung: str | None
    warnings: tuple[str, ...] = ()
    """About fonts."""


class Refused(BaseModel):
    """There was no run, or none that came to an end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    end: Literal["refused"] = "refused"
    kind: Kind
    reason: str
    """One sentence."""


Result = Annotated[Ran | Refused, Field(discriminator="end")]
_RESULT: TypeAdapter[Ran | Refused] = TypeAdapter(Result)


def write_result(result: Ran | Refused) -> bytes:
    """As the result file holds it."""
    return _RESULT.dump_json(result)


def read_result(content: bytes) -> Ran | Refused:
    """Raises ValueError for what is no result of ours."""
    try:
        return _RESULT.validate_json(content)
    except ValidationError as error:
        raise ValueError(f"not a result of an agent: {error}") from None
