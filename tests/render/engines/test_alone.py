"""One After Effects at a time; what is left of an earlier run goes, what is somebody's stays."""

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import psutil
import pytest

from render_container.engines.alone import ENV_LOCK, alone, engine_lock
from render_container.engines.errors import EngineBusyError, EngineError, EngineStuckError
from render_container.engines.process import Outcome

WORD = 'print("up", flush=True); import time; time.sleep(60)'


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "after-effects.lock"


@pytest.fixture
def run_program(tmp_path: Path) -> Iterator[Callable[..., psutil.Process]]:
    """Starts a sleeping program under a name of ours, as `AfterFX.com`."""
    started: list[subprocess.Popen[bytes]] = []

    def run(name: str, **variables: str) -> psutil.Process:
        program = tmp_path / name
        if not program.exists():
            program.symlink_to(Path(sys.executable).resolve())
        process = subprocess.Popen(
            [str(program), "-S", "-c", WORD],
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        return psutil.Process(process.pid)

    yield run
    for process in started:
        process.kill()
        process.communicate()


def _is_running(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


def test_the_lock_is_of_the_user_and_only_for_after_effects(tmp_path: Path) -> None:
    variables = {"LOCALAPPDATA": str(tmp_path)}
    program = r"C:\Program Files\Adobe\Adobe After Effects 2026\Support Files\AERENDER.exe"
    assert engine_lock([program, "-project"], variables) == (
        tmp_path / "Intarsia" / "after-effects.lock"
    )
    assert engine_lock(["aerender"], {}) is not None
    assert engine_lock([sys.executable, "-m", "aerender"], variables) is None


def test_another_engine_takes_no_lock(tmp_path: Path) -> None:
    with alone(None) as outer, alone(None) as inner:
        assert outer == inner == {}


def test_a_second_one_is_told_that_the_first_renders(lock: Path) -> None:
    with alone(lock, processes=list):
        with (
            pytest.raises(EngineBusyError, match="Another After Effects renders") as raised,
            alone(lock, processes=list),
        ):
            pass
        assert raised.value.kind == "transient"
    with alone(lock, processes=list):
        pass


def test_the_lock_of_a_killed_worker_is_free(lock: Path) -> None:
    program = (
        "import sys, time\nfrom pathlib import Path\n"
        "from render_container.engines.alone import alone\n"
        "with alone(Path(sys.argv[1]), processes=list):\n"
        "    print('held', flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(lock)], stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"held\n"
        with pytest.raises(EngineBusyError), alone(lock, processes=list):
            pass
        worker.kill()
        worker.wait()
        with alone(lock, processes=list):
            pass


def test_what_an_earlier_run_of_ours_left_is_ended(
    lock: Path, run_program: Callable[..., psutil.Process]
) -> None:
    left = [run_program(name, **{ENV_LOCK: str(lock)}) for name in ("AfterFX.com", "aerender.exe")]
    with alone(lock, processes=lambda: left) as marked:
        assert marked == {ENV_LOCK: str(lock)}
        assert not any(map(_is_running, left))


def test_what_a_person_started_is_named_and_left_alone(
    lock: Path, run_program: Callable[..., psutil.Process]
) -> None:
    ours = run_program("aerender.exe", **{ENV_LOCK: str(lock)})
    theirs = run_program("AfterFX.exe")
    elsewhere = run_program("AfterFX.com", **{ENV_LOCK: str(lock.with_name("other.lock"))})
    for other in (theirs, elsewhere):
        with (
            pytest.raises(EngineError, match=f"process {other.pid}") as raised,
            alone(lock, processes=lambda other=other: [ours, other]),
        ):
            pass
        assert raised.value.kind == "configuration"
    assert all(map(_is_running, (ours, theirs, elsewhere)))
    with alone(lock, processes=list):  # it was given back
        pass


def test_other_programs_and_other_users_are_no_matter_of_ours(lock: Path) -> None:
    def process(**facts: Any) -> Any:
        return SimpleNamespace(**{fact: lambda value=value: value for fact, value in facts.items()})

    def denied() -> str:
        raise psutil.AccessDenied(1)

    mine = psutil.Process().username()
    others = [
        process(name="AfterFX.exe", status="running", username=f"not {mine}"),
        SimpleNamespace(name=denied),
        SimpleNamespace(name=lambda: "AfterFX.exe", status=lambda: "running", username=denied),
        process(name="after.exe", status="running", username=mine),
        process(name="AfterFX.exe", status=psutil.STATUS_ZOMBIE, username=mine),
    ]
    with alone(lock, processes=lambda: others):
        pass


def test_one_of_ours_that_does_not_end_is_told(lock: Path) -> None:
    def stays(_: float) -> None:
        raise psutil.TimeoutExpired(30)

    stuck = SimpleNamespace(
        pid=7,
        name=lambda: "AfterFX.exe",
        status=lambda: "running",
        username=psutil.Process().username,
        environ=lambda: {ENV_LOCK: str(lock)},
        kill=lambda: None,
        wait=stays,
    )
    with (
        pytest.raises(EngineStuckError, match=r"AfterFX\.exe, process 7"),
        alone(lock, processes=lambda: [stuck]),
    ):
        pass


def test_a_run_holds_the_lock_and_marks_what_it_starts(
    play: Callable[..., Outcome],
    tmp_path: Path,
    fake_command: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Under aerender's name the stand-in is taken for After Effects."""
    family = psutil.Process()  # the machine may have others of that name, in other tests
    monkeypatch.setattr(psutil, "process_iter", lambda: family.children(recursive=True))
    (tmp_path / "aerender").symlink_to(Path(sys.executable).resolve())
    command = [str(tmp_path / "aerender"), *fake_command[1:]]
    variables = {"LOCALAPPDATA": str(tmp_path)}
    lock = tmp_path / "Intarsia" / "after-effects.lock"
    pid_file = tmp_path / "pid"
    seen: list[str] = []

    def cancelled() -> bool:
        text = pid_file.read_text() if pid_file.exists() else ""
        # While a program is only being started, its environment looks empty.
        if text and (environ := psutil.Process(int(text)).environ()):
            seen.append(environ[ENV_LOCK])
            with pytest.raises(EngineBusyError):
                play("success", command=command, variables=variables)
            return True
        return False

    mode = "busy_with_grandchild"
    play(mode, command=command, variables=variables, pid_file=pid_file, cancelled=cancelled)
    assert seen == [str(lock)]
    with alone(lock, processes=list):
        pass


@pytest.fixture
def windows_locks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The lock of Windows, on a model of msvcrt in which a byte has one owner."""
    owners: dict[tuple[int, int, int], int] = {}

    def locking(file: int, mode: str, count: int) -> None:
        facts = os.fstat(file)
        region = (facts.st_dev, facts.st_ino, os.lseek(file, 0, os.SEEK_CUR))
        if mode == "unlock":
            assert owners.pop(region) == file
        elif owners.setdefault(region, file) != file:
            raise PermissionError(13, "Permission denied")

    fake = SimpleNamespace(locking=locking, LK_NBLCK="lock", LK_UNLCK="unlock")
    name = "render_container.engines.locks_windows"
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "msvcrt", fake)
        patched.setattr(sys, "platform", "win32")
        module = importlib.import_module(name)
    del sys.modules[name]
    return module


def test_a_file_has_one_holder_on_windows(windows_locks: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = windows_locks.FileLock(path)
    files = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(OSError, match="Permission denied"):
        windows_locks.FileLock(path)
    assert len(list(Path("/proc/self/fd").iterdir())) == files
    first.release()
    windows_locks.FileLock(path).release()
