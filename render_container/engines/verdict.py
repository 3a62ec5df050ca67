"""Whether a run of aerender succeeded as far as it says itself, and if not, whose matter it is.

An exit code of 0 is not success: errors, missing footage and lost frames come with it too. Where a
line and an exit code disagree, the line is right. What this lets pass still has to be proven by the
file.
"""

from intarsia.domain.jobs import Failure
from render_container.engines.exit_codes import of_exit_code
from render_container.engines.known_errors import of_errors
from render_container.engines.log import EngineLog, Phase
from render_container.engines.process import Outcome

_DIALOG = "look for a licence, sign-in or crash dialog of After Effects on its machine"


def judge(outcome: Outcome, expected_frames: int | None = None) -> Failure | None:
    """Why the run failed, or None if the engine says that it succeeded.

    `expected_frames` is None while nobody knows it: the file alone has to prove the number then. A
    run that hung only after it said that it had finished is let pass: dialogs are known to keep
    After Effects from exiting when its file is complete. The caller handles cancelled runs, and
    knows better than this what a script of its own has thrown.
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
        # None at all is normal: some movies report no frames.
        return _transient(f"The engine drew only {len(log.frames)} of {expected_frames} frames.")
    return None


def _advice(log: EngineLog) -> str:
    """What whoever looks after the machine can do about a hang."""
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
