"""Process trees on Windows: job objects.

Each process that is started by a process in a job object is in the job object as well. The job
object has the limit "kill on close", and this process holds its only handle. When this process ends
for any reason, the system closes the handle and so kills After Effects too.
https://learn.microsoft.com/windows/win32/procthread/job-objects
"""

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
import win32api
import win32con
import win32job
import win32process

from render_container.engines.errors import EngineStuckError
from render_container.engines.tree import KILL_BOUND

_LOOK = 0.05  # seconds between two checks of a job object that is being ended
_KILLED = 1  # exit code of killed processes

# No console window, and no Ctrl-C from this process. Suspended: no instruction runs before the
# process is in the job object, so nothing can start outside it.
_FLAGS = (
    win32process.CREATE_SUSPENDED
    | win32process.CREATE_NO_WINDOW
    | win32process.CREATE_NEW_PROCESS_GROUP
)

# The second limit keeps Windows from showing its crash dialog, which nobody could close.
_LIMITS = (
    win32job.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
    | win32job.JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION
)


class JobTree:
    """A tree in a job object, which the first process enters before it runs."""

    def __init__(
        self, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str]
    ) -> None:
        self._job: Any = _new_job()
        try:
            self.process = subprocess.Popen(  # noqa: S603 - the operator's command
                list(command),
                cwd=cwd,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                creationflags=_FLAGS,
            )
        except OSError:
            self._close()
            raise
        try:
            _assign(self._job, self.process.pid)
            psutil.Process(self.process.pid).resume()
        except BaseException as error:
            self.process.kill()  # it may not be in the job object
            self._close()
            raise OSError(f"its process tree cannot be held together: {error}") from error

    def kill(self) -> None:
        """Kill the tree; see `Tree.kill`."""
        if self._job is None:
            return
        win32job.TerminateJobObject(self._job, _KILLED)
        deadline = time.monotonic() + KILL_BOUND
        while _active(self._job):
            if time.monotonic() > deadline:
                raise EngineStuckError(
                    f"The engine could not be ended within {KILL_BOUND:g} seconds."
                )
            time.sleep(_LOOK)
        self.process.wait()
        self._close()

    def _close(self) -> None:
        win32api.CloseHandle(self._job)
        self._job = None


def _new_job() -> Any:
    """Return a new job object with _LIMITS, without a name, whose handle no child inherits."""
    job: Any = win32job.CreateJobObject(None, "")  # type: ignore[func-returns-value]
    kind = win32job.JobObjectExtendedLimitInformation
    limits = win32job.QueryInformationJobObject(job, kind)
    limits["BasicLimitInformation"]["LimitFlags"] |= _LIMITS
    win32job.SetInformationJobObject(job, kind, limits)
    return job


def _assign(job: Any, pid: int) -> None:
    """Put the process with the id `pid` into the job object.

    The process' Popen must exist. It holds a handle, so the id cannot have been reused.
    """
    rights = win32con.PROCESS_SET_QUOTA | win32con.PROCESS_TERMINATE
    process: Any = win32api.OpenProcess(rights, False, pid)
    try:
        win32job.AssignProcessToJobObject(job, process)
    finally:
        win32api.CloseHandle(process)


def _active(job: Any) -> int:
    """Return the number of live processes in the job object."""
    kind = win32job.JobObjectBasicAccountingInformation
    return int(win32job.QueryInformationJobObject(job, kind)["ActiveProcesses"])
