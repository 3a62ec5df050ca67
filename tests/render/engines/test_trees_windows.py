"""Job objects, on a small model of what Windows does with them."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from render_container.engines.errors import EngineStuckError

SUSPENDED, NO_WINDOW, NEW_GROUP = 0x4, 0x8000000, 0x200
KILL_ON_CLOSE, DIE_ON_EXCEPTION = 0x2000, 0x400
SET_QUOTA, TERMINATE = 0x100, 0x1


class WindowsError(Exception):
    """As pywintypes.error."""


class Windows:
    """Processes, jobs and handles, as far as a process tree needs them."""

    def __init__(self) -> None:
        self.jobs: dict[int, dict[str, Any]] = {}
        self.job_of: dict[int, int] = {}
        self.alive: set[int] = set()
        self.suspended: set[int] = set()
        self.opened: dict[int, int] = {}
        self.started_with: dict[str, Any] = {}
        self.immortal = False
        self.refuses = ""
        self._next = 100

    def _number(self) -> int:
        self._next += 4
        return self._next

    def _refuse(self, call: str) -> None:
        if self.refuses == call:
            raise WindowsError(5, call, "Access is denied.")

    def create_job(self, attributes: object, name: str) -> int:
        assert attributes is None, "children must not inherit the handle"
        assert name == "", "a name would join two jobs"
        handle = self._number()
        self.jobs[handle] = {"BasicLimitInformation": {"LimitFlags": 0}, "IoInfo": {}}
        return handle

    def query_job(self, job: int, kind: str) -> dict[str, Any]:
        if kind == "accounting":
            return {"ActiveProcesses": len(self.members(job))}
        return self.jobs[job]

    def set_job(self, job: int, kind: str, information: dict[str, Any]) -> None:
        self._refuse("SetInformationJobObject")
        self.jobs[job] = information

    def assign(self, job: int, handle: int) -> None:
        self._refuse("AssignProcessToJobObject")
        self.job_of[self.opened[handle]] = job

    def terminate_job(self, job: int, code: int) -> None:
        assert code != 0, "a killed engine must not look well"
        if not self.immortal:
            self.alive -= self.members(job)

    def open_process(self, rights: int, inherit: bool, pid: int) -> int:
        assert rights == SET_QUOTA | TERMINATE
        assert not inherit
        handle = self._number()
        self.opened[handle] = pid
        return handle

    def close(self, handle: int) -> None:
        """Closing a job's last handle ends its processes, if the job has that limit."""
        if handle in self.opened:
            del self.opened[handle]
            return
        limits = self.jobs[handle]["BasicLimitInformation"]["LimitFlags"]
        if limits & KILL_ON_CLOSE:
            self.alive -= self.members(handle)
        del self.jobs[handle]

    def members(self, job: int) -> set[int]:
        return {pid for pid, of in self.job_of.items() if of == job and pid in self.alive}

    def spawn(self, parent: int) -> int:
        """What runs may start others; they are in its job."""
        assert parent in self.alive
        assert parent not in self.suspended
        child = self._number()
        self.alive.add(child)
        if parent in self.job_of:
            self.job_of[child] = self.job_of[parent]
        return child

    def popen(self, command: list[str], **options: Any) -> "Process":
        self._refuse("CreateProcess")
        self.started_with = {"command": command, **options}
        process = Process(self, self._number())
        self.alive.add(process.pid)
        if options.get("creationflags", 0) & SUSPENDED:
            self.suspended.add(process.pid)
        return process

    def resume(self, pid: int) -> None:
        self._refuse("NtResumeProcess")
        self.suspended.discard(pid)


class Process:
    """A Popen."""

    def __init__(self, windows: Windows, pid: int) -> None:
        self._windows = windows
        self.pid = pid

    def kill(self) -> None:
        self._windows.alive.discard(self.pid)

    def wait(self) -> int:
        assert self.pid not in self._windows.alive
        return 1


@pytest.fixture
def windows() -> Windows:
    return Windows()


@pytest.fixture
def trees(windows: Windows, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module as it is imported on Windows."""
    modules = {
        "win32job": SimpleNamespace(
            CreateJobObject=windows.create_job,
            QueryInformationJobObject=windows.query_job,
            SetInformationJobObject=windows.set_job,
            AssignProcessToJobObject=windows.assign,
            TerminateJobObject=windows.terminate_job,
            JobObjectExtendedLimitInformation="limits",
            JobObjectBasicAccountingInformation="accounting",
            JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE=KILL_ON_CLOSE,
            JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION=DIE_ON_EXCEPTION,
        ),
        "win32api": SimpleNamespace(OpenProcess=windows.open_process, CloseHandle=windows.close),
        "win32con": SimpleNamespace(PROCESS_SET_QUOTA=SET_QUOTA, PROCESS_TERMINATE=TERMINATE),
        "win32process": SimpleNamespace(
            CREATE_SUSPENDED=SUSPENDED,
            CREATE_NO_WINDOW=NO_WINDOW,
            CREATE_NEW_PROCESS_GROUP=NEW_GROUP,
        ),
    }
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    name = "render_container.engines.trees_windows"
    monkeypatch.delitem(sys.modules, name, raising=False)
    module = importlib.import_module(name)
    fakes = SimpleNamespace(Popen=windows.popen, DEVNULL=subprocess.DEVNULL, PIPE=subprocess.PIPE)
    monkeypatch.setattr(module, "subprocess", fakes)
    resumable = SimpleNamespace(
        Process=lambda pid: SimpleNamespace(resume=lambda: windows.resume(pid))
    )
    monkeypatch.setattr(module, "psutil", resumable)
    yield module
    del sys.modules[name]


def _start(trees: ModuleType) -> Any:
    return trees.JobTree(
        ["aerender.exe", "-comp", "Größe 1"], cwd=Path("work"), environment={"A": "1"}
    )


def test_nothing_runs_before_it_is_in_the_job(
    trees: ModuleType, windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    for name in ("popen", "assign", "resume"):
        real = getattr(windows, name)

        def noted(*words: Any, _name: str = name, _real: Any = real, **options: Any) -> Any:
            order.append(_name)
            return _real(*words, **options)

        monkeypatch.setattr(windows, name, noted)
    trees.subprocess.Popen = windows.popen
    sys.modules["win32job"].AssignProcessToJobObject = windows.assign  # type: ignore[attr-defined]

    tree = _start(trees)

    assert order == ["popen", "assign", "resume"]
    assert windows.started_with["creationflags"] == SUSPENDED | NO_WINDOW | NEW_GROUP
    assert windows.started_with["command"] == ["aerender.exe", "-comp", "Größe 1"]
    assert windows.started_with["env"] == {"A": "1"}
    assert tree.process.pid not in windows.suspended
    assert windows.opened == {}  # no handle to the process is kept


def test_what_aerender_starts_dies_with_it(trees: ModuleType, windows: Windows) -> None:
    tree = _start(trees)
    console = windows.spawn(tree.process.pid)
    after_effects = windows.spawn(console)
    windows.alive -= {tree.process.pid, console}  # both have ended: it is an orphan
    assert windows.alive == {after_effects}
    tree.kill()
    assert windows.alive == set()
    assert windows.jobs == {}


def test_everything_dies_when_we_do(trees: ModuleType, windows: Windows) -> None:
    tree = _start(trees)
    windows.spawn(windows.spawn(tree.process.pid))
    for handle in list(windows.jobs):  # as the system does for a process that has ended
        windows.close(handle)
    assert windows.alive == set()


def test_a_crash_shows_no_dialog(trees: ModuleType, windows: Windows) -> None:
    _start(trees)
    (job,) = windows.jobs.values()
    assert job["BasicLimitInformation"]["LimitFlags"] & DIE_ON_EXCEPTION


def test_killing_twice_does_no_harm(trees: ModuleType, windows: Windows) -> None:
    tree = _start(trees)
    tree.kill()
    tree.kill()
    assert windows.alive == set()


def test_a_program_that_cannot_be_started_leaves_no_job(
    trees: ModuleType, windows: Windows
) -> None:
    def missing(*_: Any, **__: Any) -> None:
        raise FileNotFoundError(2, "The system cannot find the file specified")

    trees.subprocess.Popen = missing
    with pytest.raises(FileNotFoundError):
        _start(trees)
    assert windows.jobs == {}


@pytest.mark.parametrize("call", ["AssignProcessToJobObject", "NtResumeProcess"])
def test_a_program_that_cannot_be_held_never_runs(
    trees: ModuleType, windows: Windows, call: str
) -> None:
    windows.refuses = call
    with pytest.raises(OSError, match="cannot be held together"):
        _start(trees)
    assert windows.alive == set()
    assert windows.jobs == {}
    assert windows.opened == {}


def test_what_does_not_end_is_told(
    trees: ModuleType, windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trees, "KILL_BOUND", 0.1)
    tree = _start(trees)
    windows.immortal = True
    with pytest.raises(EngineStuckError, match=r"could not be ended within 0\.1 seconds"):
        tree.kill()
