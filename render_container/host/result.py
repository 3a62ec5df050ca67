"""The agent's result for a request: the engine's outcome, or the reason why there is none."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from render_container.host.errors import Kind

SIZE_LIMIT = 1_048_576  # bytes of a result


class Ran(BaseModel):
    """Result of a request for which the engine ran.

    The fields without a description are those of `engines.process.Outcome`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    end: Literal["ran"] = "ran"
    run: int
    """Number of the run, counted from 1. The log of this run is that of the render."""
    exit_code: int | None
    seconds: float
    cancelled: bool
    hung: str | None
    warnings: tuple[str, ...] = ()
    """Warnings about fonts that could not be installed."""


class Refused(BaseModel):
    """Result of a request for which the engine did not run, or no run was completed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    end: Literal["refused"] = "refused"
    kind: Kind
    """Kind of the HostError that the client raises."""
    reason: str
    """Reason for the operator, as one sentence."""


Result = Annotated[Ran | Refused, Field(discriminator="end")]
_RESULT: TypeAdapter[Ran | Refused] = TypeAdapter(Result)


def write_result(result: Ran | Refused) -> bytes:
    """Return the content of the result file for `result`, as JSON."""
    return _RESULT.dump_json(result)


def read_result(content: bytes) -> Ran | Refused:
    """Return the result in a result file's content. Raises ValueError if it is no result."""
    try:
        return _RESULT.validate_json(content)
    except ValidationError as error:
        raise ValueError(f"not a result of an agent: {error}") from None
