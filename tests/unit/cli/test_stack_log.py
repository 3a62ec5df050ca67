"""The log file of `intarsia up` on a full disk."""

import logging
from pathlib import Path

import pytest

from intarsia.cli.stack import _LogFile

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_lines_that_the_disk_has_no_space_for_are_dropped_without_a_traceback(capsys):
    log = _LogFile(FULL)
    log.handle(logging.makeLogRecord({"msg": "dropped"}))
    assert capsys.readouterr().err == ""
    with pytest.raises(OSError, match="No space left"):
        log.close()


def test_a_mistake_in_a_log_line_is_still_shown(tmp_path, capsys):
    log = _LogFile(tmp_path / "stack.log")
    log.handle(logging.makeLogRecord({"msg": "%d", "args": ("no number",)}))
    assert "TypeError" in capsys.readouterr().err
    log.close()
