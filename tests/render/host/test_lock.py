"""One agent a spool."""

from pathlib import Path
from threading import Timer

import pytest

from render_container.host import lock
from render_container.host.errors import AgentRunningError
from render_container.host.lock import FileLock, held


def test_a_lock_that_a_dying_agent_still_holds_is_waited_for(tmp_path: Path) -> None:
    dying = FileLock(tmp_path / "lock")
    release = Timer(0.2, dying.release)
    release.start()
    with held(tmp_path / "lock"):
        assert release.finished.is_set()


def test_a_lock_that_is_kept_is_somebody_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.1)
    with held(tmp_path / "lock"), pytest.raises(AgentRunningError), held(tmp_path / "lock"):
        pass
