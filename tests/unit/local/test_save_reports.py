"""Reports of saves through a pipe."""

import os
from datetime import datetime, timedelta
from typing import Any

import pytest

from intarsia.local import save_reports
from intarsia.local.save_reports import SaveReport, SaveReports


@pytest.fixture
def pipe() -> Any:
    """Return reports that are read, and the other end of their pipe, as the emulator has it."""
    reports = SaveReports()
    handle = os.dup(reports.handle)
    reports.listen()
    return reports, handle


def test_the_last_report_and_the_time_of_the_last_save_are_kept(pipe: Any, wait_for: Any) -> None:
    reports, handle = pipe
    send = save_reports.sender(handle)
    send(SaveReport(1, took=3600.0))
    wait_for(lambda: reports.last.requests == 1, "the first report")
    saved_at = reports.saved_at
    assert saved_at is not None
    assert saved_at < datetime.now().astimezone() - timedelta(seconds=3599)
    send(SaveReport(1, 'no space in "a"\n'))
    os.close(handle)
    reports.finish()
    assert reports.last == SaveReport(1, 'no space in "a"\n')
    assert reports.saved_at == saved_at


def test_a_damaged_report_is_ignored(pipe: Any) -> None:
    reports, handle = pipe
    os.write(handle, b'{"requests": 7}\n{"requ\n[]\n\xff\n{"other": 1}\n{"requests": 9')
    os.close(handle)
    reports.finish()
    assert reports.last == SaveReport(7)


def test_a_parent_that_does_not_read_or_has_died_does_not_stop_the_saves() -> None:
    ours, theirs = os.pipe()
    send = save_reports.sender(theirs)
    for number in range(5000):  # more than a pipe holds
        send(SaveReport(number, "x" * 100))
    os.close(ours)
    send(SaveReport())
    os.close(theirs)
