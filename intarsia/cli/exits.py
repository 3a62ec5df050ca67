"""Exit codes of the command, and the error for invalid input."""

from enum import IntEnum

from intarsia.client import WaitTimeoutError
from intarsia.client.models import Job, Phase
from intarsia.domain.errors import IntarsiaError


class Exit(IntEnum):
    """Exit codes of the command; MEANINGS has their meanings."""

    OK = 0
    FAILED = 1
    USAGE = 2
    JOB_FAILED = 3
    JOB_CANCELLED = 4
    TIMED_OUT = 5
    INTERRUPTED = 130


MEANINGS = {
    Exit.OK: "done",
    Exit.FAILED: "refused or failed; `status` found nothing running, or `doctor` something wrong",
    Exit.USAGE: "the command line, or a file it names, cannot be right; nothing was changed",
    Exit.JOB_FAILED: "a job that was waited for, or is to be downloaded, ended as error",
    Exit.JOB_CANCELLED: "it was cancelled",
    Exit.TIMED_OUT: "what was waited for did not happen in time; it goes on",
    Exit.INTERRUPTED: "Ctrl-C; jobs go on",
}


class InputError(IntarsiaError):
    """An invalid command line, or an invalid file that it names. Nothing was changed."""


def code_of(error: IntarsiaError | OSError) -> Exit:
    """Return the exit code of an error that ends the command."""
    if isinstance(error, InputError):
        return Exit.USAGE
    return Exit.TIMED_OUT if isinstance(error, WaitTimeoutError) else Exit.FAILED


def code_of_job(job: Job) -> Exit:
    """Return the exit code for the final phase of a job."""
    return {Phase.FINISHED: Exit.OK, Phase.CANCELLED: Exit.JOB_CANCELLED}.get(
        job.phase, Exit.JOB_FAILED
    )
