"""Whether a run of aerender succeeded as far as it says itself, and if not, whose matter it is.

An exit code of 0 is not success: errors, missing footage and lost frames come with it too. What
this lets pass still has to be proven by the file.
"""

import re
from typing import Final, Literal

from intarsia.domain.jobs import Failure
from render_container.engines.log import Phase
from render_container.engines.process import Outcome

Kind = Literal["user", "transient", "configuration"]

QUOTE_LIMIT = 500  # characters of the engine's own words

# Checked in this order; the first match in the first error that is known decides.
_KNOWN: Final[tuple[tuple[str, Kind, str], ...]] = (
    (
        "no comp was found with the given name",
        "user",
        "The template has no composition of that name that can be rendered.",
    ),
    (
        "no output module template was found",
        "configuration",
        "The engine has no output module template for the job's codec.",
    ),
    (
        "no render settings template was found",
        "configuration",
        "The engine has no render settings template for the job's quality.",
    ),
    ("syntax error", "configuration", "The engine refused its command line: {}"),
    ("no project provided", "configuration", "The engine refused its command line: {}"),
    ("needs output file", "configuration", "The engine refused its command line: {}"),
    ("not a valid file type for import", "user", "The engine cannot import a file: {}"),
    ("source compression type", "user", "A file uses a compression the engine cannot read: {}"),
    ("could not read from source", "user", "The engine could not read a source file: {}"),
    ("file not found", "user", "A file that the template needs is missing: {}"),
    ("output module failed", "transient", "The output file could not be written: {}"),
    ("can not render for aerender", "transient", "The engine was busy or showed a dialog: {}"),
    (r"\baesend failed", "transient", "The engine did not answer: {}"),
    ("runtime error in", "transient", "The engine broke down: {}"),
    (r"out of memory|unable to allocate", "transient", "The engine ran out of memory: {}"),
    (r"disk (is )?full|no space left", "transient", "The machine ran out of disk space: {}"),
    ("render was aborted", "transient", "The engine aborted the render."),
)

# commandLineRenderer.jsx; 13: its startup script is missing, 15: seen for -help and -version.
_CONFIGURATION_CODES = frozenset({2, 3, 4, 13, 15, 126, 127})
_BREAKDOWN_CODES = range(5, 13)


def judge(outcome: Outcome, *, expected_frames: int) -> Failure | None:
    """Why the run failed, or None if the engine says that it succeeded.

    A run that hung only after it said that it had finished is let pass: dialogs are known to keep
    After Effects from exiting when its file is complete. The caller handles cancelled runs.
    """
    log = outcome.log
    if log.errors:
        return _from_errors(log.errors)
    if outcome.hung and log.phase is not Phase.EXIT:
        return Failure(kind="transient", reason=f"The engine hung: it {outcome.hung}.")
    if not outcome.hung and outcome.exit_code != 0:
        return _from_exit_code(outcome.exit_code)
    drawn = len(log.frames)
    if 0 < drawn < expected_frames:  # some movies report no frames at all
        return Failure(
            kind="transient",
            reason=f"The engine drew only {drawn} of {expected_frames} frames.",
        )
    return None


def _from_errors(errors: list[str]) -> Failure:
    """The first error that is known decides; an unknown one is taken for the template's."""
    for error in errors:
        for pattern, kind, sentence in _KNOWN:
            if re.search(pattern, error, re.IGNORECASE):
                return Failure(kind=kind, reason=sentence.format(_quote(error)))
    return Failure(kind="user", reason=f"The engine could not render: {_quote(errors[0])}")


def _from_exit_code(code: int | None) -> Failure:
    if code in _CONFIGURATION_CODES:
        return Failure(
            kind="configuration", reason=f"The engine is not set up rightly (exit code {code})."
        )
    if code in _BREAKDOWN_CODES:
        return Failure(kind="transient", reason=f"The engine broke down (exit code {code}).")
    if code is None or code < 0 or code > 128:
        return Failure(kind="transient", reason=f"The engine crashed (exit code {code}).")
    return Failure(kind="transient", reason=f"The engine failed (exit code {code}).")


def _quote(error: str) -> str:
    """The engine's words without its prefixes."""
    text = re.sub(r"^(aerender )?(syntax )?error:\s*", "", error, flags=re.IGNORECASE)
    text = re.sub(r"^after effects error:\s*", "", text, flags=re.IGNORECASE)
    return text[:QUOTE_LIMIT].rstrip()
