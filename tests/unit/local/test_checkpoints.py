"""Checkpoints: complete or not at all, tried again, and independent of the clock."""

import errno
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ministack import app
from ministack.core import persistence

from intarsia.local import checkpoints
from intarsia.local.checkpoints import Checkpoints
from intarsia.local.save_reports import SaveReport


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], Any]]:
    """Return the services that are saved in `tmp_path`; a test adds its own."""
    found: dict[str, Callable[[], Any]] = {}
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path))
    monkeypatch.setattr(app, "_build_persistence_save_dict", lambda: found)
    return found


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Return an event: while it is set, a write of the state "large" finds the disk full."""
    full = threading.Event()
    dump = json.dump

    def write(content: Any, file: Any, **options: Any) -> None:
        if full.is_set() and content["payload"] == "large":
            file.write("half of ")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        dump(content, file, **options)

    monkeypatch.setattr(checkpoints.json, "dump", write)
    return full


def _saved(folder: Path, service: str) -> Any:
    return json.loads((folder / f"{service}.json").read_text())["payload"]


def test_a_save_that_fails_leaves_every_file_of_the_last_complete_one(
    tmp_path: Path, full_disk: threading.Event
) -> None:
    checkpoints.save({"a": lambda: "old", "b": lambda: "old"}, tmp_path)
    full_disk.set()
    with pytest.raises(OSError, match=r"No space left on device: '.*b\.json\.tmp'"):
        checkpoints.save({"a": lambda: "new", "b": lambda: "large"}, tmp_path)
    assert [_saved(tmp_path, "a"), _saved(tmp_path, "b")] == ["old", "old"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.json"]


def test_saved_files_are_read_by_the_emulator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path))
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    checkpoints.save({"ecs": lambda: {"tasks": b"\x00"}}, tmp_path)
    assert persistence.load_state("ecs") == {"tasks": b"\x00"}


def test_a_service_that_cannot_be_copied_keeps_its_file_and_the_others_are_saved(
    tmp_path: Path,
) -> None:
    checkpoints.save({"a": lambda: "old", "b": lambda: "old", "c": lambda: "old"}, tmp_path)

    def changing() -> Any:
        raise RuntimeError("dictionary changed size during iteration")

    checkpoints.save({"a": changing, "b": object, "c": lambda: "new", "d": lambda: None}, tmp_path)
    assert [_saved(tmp_path, name) for name in "abc"] == ["old", "old", "new"]
    assert not (tmp_path / "d.json").exists()


def test_a_full_disk_is_reported_by_file_and_saves_resume_when_it_has_space(
    tmp_path: Path,
    services: dict[str, Callable[[], Any]],
    full_disk: threading.Event,
    wait_for: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    services["dynamodb"] = lambda: "large"
    reports: list[SaveReport] = []
    saver = Checkpoints(0.01, before=lambda: None)
    saver.report = reports.append
    full_disk.set()
    saver.start()
    wait_for(lambda: len(reports) >= 2, "a second try")
    assert f"{tmp_path}/dynamodb.json.tmp: No space left on device" == reports[-1].error
    assert f"{tmp_path}/dynamodb.json.tmp: No space left on device" in caplog.text
    assert "Traceback" not in caplog.text
    full_disk.clear()
    wait_for(lambda: reports[-1].error is None, "a save with space")
    assert _saved(tmp_path, "dynamodb") == "large"
    full_disk.set()
    saver.save_for_good(services)
    assert reports[-1].error is not None


def test_an_unexpected_error_does_not_end_the_checkpoints(
    tmp_path: Path, services: dict[str, Callable[[], Any]], wait_for: Any
) -> None:
    def broken() -> Any:
        raise KeyError("arn")

    services["ecs"] = broken
    reports: list[SaveReport] = []
    saver = Checkpoints(0.01, before=lambda: None)
    saver.report = reports.append
    saver.start()
    wait_for(lambda: reports, "a save")
    assert reports[0].error == "KeyError: 'arn'"
    services["ecs"] = lambda: "whole"
    wait_for(lambda: reports[-1].error is None, "the next save")
    saver.save_for_good({})


def test_a_report_counts_the_requests_that_the_save_covers(
    services: dict[str, Callable[[], Any]], wait_for: Any
) -> None:
    reports: list[SaveReport] = []
    during = threading.Event()

    def state() -> str:
        if during.is_set():
            during.clear()
            saver.request()  # arrives while this save is under way
        return "state"

    services["ecs"] = state
    saver = Checkpoints(3600.0, before=lambda: None)
    saver.report = reports.append
    during.set()
    saver.request(2)
    saver.start()
    wait_for(lambda: len(reports) == 2, "two saves")
    assert [report.requests for report in reports] == [2, 3]
    saver.save_for_good({})


def test_a_clock_that_steps_forward_does_not_lengthen_the_pause(
    services: dict[str, Callable[[], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = iter(range(1000))
    monkeypatch.setattr(time, "time", lambda: 3600.0 * next(hours))
    pauses: list[float] = []

    class Ended(BaseException):
        """End of the loop."""

    class Pauses(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            assert timeout is not None
            pauses.append(timeout)
            if len(pauses) == 3:
                raise Ended
            return False

    saver = Checkpoints(60.0, before=lambda: None)
    saver._requested = Pauses()
    with pytest.raises(Ended):
        saver._run()
    assert pauses == [60.0, 60.0, 60.0]
