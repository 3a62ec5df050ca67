"""The result of a plan, as the startup script inside After Effects reports it.

Users' scripts can write to the result's file too. So its content is used only if it has the
expected form and the plan's token.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    StrictInt,
    StrictStr,
    ValidationError,
)

from intarsia.domain.errors import IntarsiaError, Problem
from render_container.injection.errors import joined
from render_container.injection.inside import InsidePlan

LARGEST = 2 << 20  # bytes; the script itself writes at most 400 messages of 1000 characters

Kind = Literal["user", "transient", "configuration"]
Count = Annotated[StrictInt, Field(ge=0)]
Message = Annotated[StrictStr, Field(max_length=2000)]


class InsideError(IntarsiaError):
    """Failure of After Effects to carry out a plan.

    `kind` is that of the job's failure. `problems` are the errors in fields of the job; None means
    that no such error is known.
    """

    def __init__(self, kind: Kind, message: str, problems: list[Problem] | None = None) -> None:
        self.kind: Kind = kind
        self.problems = problems or []
        super().__init__(message)


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Warning(_Told):
    field: Message
    message: Message


class _Problem(_Warning):
    kind: Literal["user", "differs"]


class Measures(_Told):
    """Measures of the composition to render, after all changes by scripts. Sizes in pixels."""

    name: StrictStr
    frames: Annotated[StrictInt, Field(ge=1, le=10_000_000)]
    fps: Annotated[FiniteFloat, Field(gt=0, le=1000)]
    width: Annotated[StrictInt, Field(ge=1, le=100_000)]
    height: Annotated[StrictInt, Field(ge=1, le=100_000)]
    displayed_start: StrictInt
    """Number that After Effects' timeline shows for the composition's first frame."""


class _Result(_Told):
    format: Literal[1]
    token: StrictStr
    runtime: StrictStr
    after_effects: StrictStr
    status: Literal["running", "refused", "failed", "applied"]
    field: StrictStr | None
    applied: Count
    of: Count
    warnings: Annotated[list[_Warning], Field(max_length=1000)]
    problems: Annotated[list[_Problem], Field(max_length=1000)]
    composition: Measures | None
    missing_fonts: Annotated[list[Message], Field(max_length=1000)]


class AppliedInside(BaseModel):
    """Result of a plan that After Effects carried out while it rendered."""

    model_config = ConfigDict(frozen=True)

    applied: int
    """Number of operations carried out, which is that of all operations in the plan."""
    warnings: list[str]
    """Warnings, including those known before the render.

    Each begins with the field that it concerns, such as `assets[2].layerName: `.
    """
    composition: Measures | None
    """Measures of the composition to render; None if the plan names no composition."""
    missing_fonts: list[str]
    """PostScript names of the project's fonts that were missing, so After Effects replaced them."""
    after_effects: str
    """Version of After Effects that carried out the plan."""
    runtime: str
    """Version of the startup script that carried out the plan."""


def read_result(path: Path, prepared: InsidePlan) -> AppliedInside:
    """Return the startup script's result for the plan `prepared`, from the file `path`.

    Call this after After Effects has ended. Raises InsideError of kind:

    - *configuration* if the startup script wrote no valid result, or found another project than the
      one read off-line,
    - *transient* if After Effects ended while it applied the plan, or gave no reason for a failure,
    - *user* if the plan itself could not be carried out or a user's script overwrote the result.
    """
    result = _read(path, prepared)
    if result.status == "running":
        raise _unfinished(result)
    if result.status != "applied":
        raise _refusal(result)
    if result.applied != prepared.operations or result.of != prepared.operations:
        raise _not_ours(
            prepared, f"it has a wrong number of operations ({result.applied} of {result.of})"
        )
    if prepared.composition is not None and result.composition is None:
        raise _not_ours(prepared, "it lacks the measures of the composition")
    warnings = [f"{item.field}: {item.message}" for item in result.warnings]
    return AppliedInside(
        applied=result.applied,
        warnings=[*prepared.warnings, *warnings],
        composition=result.composition,
        missing_fonts=result.missing_fonts,
        after_effects=result.after_effects,
        runtime=result.runtime,
    )


def _read(path: Path, prepared: InsidePlan) -> _Result:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise InsideError(
            "configuration",
            "After Effects did not report a result of the plan: the startup script"
            " zz_intarsia.jsx is not in Scripts/Startup, or scripts may not write files",
        ) from None
    except OSError as error:
        raise _not_ours(prepared, f"it cannot be read ({error.strerror})") from error
    if len(content) > LARGEST:
        raise _not_ours(prepared, f"it is larger than {LARGEST} bytes")
    try:
        result = _Result.model_validate_json(content)
    except ValidationError as error:
        raise _not_ours(prepared, "it has the wrong format") from error
    if result.token != prepared.token:
        raise _not_ours(prepared, "it belongs to another plan")
    return result


def _unfinished(result: _Result) -> InsideError:
    if result.field is None:
        return InsideError("transient", "After Effects ended while it applied the plan")
    problem = Problem(result.field, "After Effects ended while this script ran")
    return InsideError("transient", f"{problem.field}: {problem.message}", [problem])


def _refusal(result: _Result) -> InsideError:
    problems = [Problem(item.field, item.message) for item in result.problems]
    message = joined(problems)
    if not problems:
        return InsideError("transient", f"the plan was {result.status} without a reason")
    if any(item.kind == "differs" for item in result.problems):
        message += (
            " (the project in After Effects differs from the project read off-line;"
            " set INTARSIA_INJECTOR=offline to avoid this)"
        )
        return InsideError("configuration", message, problems)
    return InsideError("user", message, problems)


def _not_ours(prepared: InsidePlan, why: str) -> InsideError:
    """Return the error for a file that is not the startup script's last result.

    `why` is the evidence. If the plan has scripts, the error attributes the file to them.
    """
    if prepared.scripts:
        fields = sorted(prepared.scripts)
        problems = [Problem(item, "a script overwrote the plan's result") for item in fields]
        message = f"{', '.join(fields)}: a script overwrote the plan's result: {why}"
        return InsideError("user", message, problems)
    return InsideError(
        "configuration", f"the plan's result was not written by the startup script: {why}"
    )
