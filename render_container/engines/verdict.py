"""Result of a run of aerender according to its output: success, or a failure with its kind.

An exit code of 0 does not prove success: it also occurs with errors, missing footage and lost
frames. If a line of output and the exit code disagree, the line decides. After a success here, the
caller must still verify the output file.
"""

from intarsia.domain.jobs import Failure
from render_container.engines.exit_codes import of_exit_code
from render_container.engines.known_errors import of_errors
from render_container.engines.log import EngineLog, Phase
from render_container.engines.process import Outcome

_DIALOG = "look for a licence, sign-in or crash dialog of After Effects on its machine"


def judge(outcome: Outcome, expected_frames: int | None = None) -> Failure | None:
    """Return the failure of a run, or None if its output reports success.

    `expected_frames` is the number of frames to render. If it is None (unknown), the number of
    frames is not checked here. A run that hung after it reported its end is a success, because
    dialogs are known to keep After Effects from exiting after its file is complete. The caller must
    handle cancelled runs, and errors of its own scripts.
    """
    log = outcome.log
    if log.errors:
        return of_errors(log.errors)
    if outcome.hung and log.phase is not Phase.EXIT:
        return _transient(f"The engine hung: it {outcome.hung}{_advice(log)}.")
    if not outcome.hung and outcome.exit_code != 0:
        return of_exit_code(outcome.exit_code)
    if log.phase in (Phase.LAUNCH, Phase.OPEN):
        return _transient(
            "The engine ended without an error before it began to render, as After Effects does "
            "with compositions that use the Cinema 4D renderer."
        )
    if expected_frames and 0 < len(log.frames) < expected_frames:
        # No frame at all is normal: for some movies none is reported.
        return _transient(f"The engine drew only {len(log.frames)} of {expected_frames} frames.")
    return None


def _advice(log: EngineLog) -> str:
    """Return advice to the operator about a hang, as the end of a sentence; may be empty."""
    match log.phase:
        case Phase.LAUNCH:
            return f"; {_DIALOG}"
        case Phase.OPEN if not log.launched:
            return f"; {_DIALOG}"
        case Phase.OPEN:
            return (
                "; a dialog of a script or a plug-in may wait, or the project was saved by another "
                "version of After Effects"
            )
        case Phase.FINISH:
            return "; the output's disk may be full"
    return ""


def _transient(reason: str) -> Failure:
    return Failure(kind="transient", reason=reason)
