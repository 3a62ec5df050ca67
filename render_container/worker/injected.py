"""Reading of the result of an injection plan that After Effects applied before it rendered."""

from dataclasses import replace

from intarsia.domain.jobs import Failure
from render_container.engines.process import Outcome
from render_container.injection.result import InsideError, Measures, read_result
from render_container.worker.errors import AttemptError
from render_container.worker.work import Prepared, RenderWork


def read_injected(
    work: RenderWork, prepared: Prepared, outcome: Outcome, failure: Failure | None
) -> tuple[Prepared, list[str]]:
    """Return `prepared` with the composition's measures as rendered, and names of missing fonts.

    If there is no plan, returns `prepared` unchanged and no names. `outcome` is the engine's run,
    and `failure` is its failure; None if it succeeded.

    Raises AttemptError if the plan was not applied, because that explains a failed run better than
    `failure` does. Also raises it if the composition has fewer frames than the job requests.
    """
    inside = prepared.inside
    if inside is None:
        return prepared, []
    try:
        applied = read_result(inside.result, inside)
    except InsideError as error:
        raise _blamed(error, outcome, failure, told=inside.result.exists()) from error
    work.warnings.extend(applied.warnings)
    work.log.line(
        f"applied {applied.applied} of {inside.operations} operations in {applied.after_effects}"
    )
    if applied.composition is not None:
        prepared = _measured(prepared, applied.composition)
    return prepared, applied.missing_fonts


def _blamed(
    error: InsideError, outcome: Outcome, failure: Failure | None, *, told: bool
) -> AttemptError:
    if outcome.hung and told and error.kind == "transient" and error.problems:
        return AttemptError(
            "user",
            f"{error.problems[0].field}: the script did not end; check it for an endless loop.",
        )
    if failure is not None and not told:
        # The run failed before the startup script wrote anything.
        return AttemptError(failure.kind, failure.reason)
    return AttemptError(error.kind, f"{error}.")


def _measured(prepared: Prepared, found: Measures) -> Prepared:
    if prepared.whole:
        prepared = replace(prepared, first=0, last=found.frames - 1)
    elif prepared.last >= found.frames:
        raise AttemptError(
            "user",
            f'settings.frames: composition "{found.name}" has frames 0 to {found.frames - 1}.',
        )
    return replace(prepared, width=found.width, height=found.height, fps=found.fps)
