"""Exit codes of the `intarsia` command, and the error for invalid input."""

from enum import IntEnum

from intarsia.client import WaitTimeoutError
from intarsia.client.models import Job, Phase
from intarsia.domain.errors import IntarsiaError


class Exit(IntEnum):
    """Exit codes of the `intarsia` command; MEANINGS has their meanings."""

    OK = 0
    FAILED = 1
    USAGE = 2
    JOB_FAILED = 3
    JOB_CANCELLED = 4
    TIMED_OUT = 5
    INTERRUPTED = 130


MEANINGS = {
    Exit.OK: "success",
    Exit.FAILED: "the command failed, `status` found no stack, or `doctor` found a problem",
    Exit.USAGE: "invalid command line, or an invalid file in it; nothing was changed",
    Exit.JOB_FAILED: "a job to watch or download has failed",
    Exit.JOB_CANCELLED: "a job to watch or download was cancelled",
    Exit.TIMED_OUT: "the time limit has passed; the work continues on the server",
    Exit.INTERRUPTED: "interrupted by Ctrl-C; submitted jobs continue",
}
"""Meanings of the exit codes, as shown by `intarsia --help`."""


class InputError(IntarsiaError):
    """Error in the command line, or in a file that it names. Nothing was changed."""


def code_of(error: IntarsiaError | OSError) -> Exit:
    """Return the exit code for an error that ends the command."""
    if isinstance(error, InputError):
        return Exit.USAGE
    return Exit.TIMED_OUT if isinstance(error, WaitTimeoutError) else Exit.FAILED


def code_of_job(job: Job) -> Exit:
    """Return the exit code for the final phase of a watched or downloaded job."""
    return {Phase.FINISHED: Exit.OK, Phase.CANCELLED: Exit.JOB_CANCELLED}.get(
        job.phase, Exit.JOB_FAILED
    )
