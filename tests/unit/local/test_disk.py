"""Messages about a state that cannot be saved."""

import errno
import os
from datetime import datetime
from pathlib import Path

import pytest

from intarsia.local import disk
from intarsia.local.errors import EmulatorError, StateFileError, StateNotSavedError, StoppedError

ERROR = "/state/dynamodb.json.tmp: No space left on device"
EARLIER = datetime(2026, 5, 14, 12, 30, 5).astimezone()


def test_each_change_between_failing_and_succeeding_saves_is_announced_once() -> None:
    said: list[str] = []
    watch = disk.SaveWatch(said.append)
    for error in (None, ERROR, ERROR, None, None, ERROR):
        watch.see(error, EARLIER)
    first, again, second = said
    assert ERROR in first
    assert "lose everything since 12:30:05" in first
    assert "free space" in first
    assert again == "the state is saved again"
    assert second == first


@pytest.mark.parametrize(("saved_at", "since"), [(EARLIER, "12:30:05"), (None, "the start")])
def test_a_stop_without_a_save_names_the_file_the_loss_and_the_remedy(
    saved_at: datetime | None, since: str
) -> None:
    said = str(disk.lost(ERROR, saved_at))
    assert ERROR in said
    assert f"since {since} are lost" in said
    assert "free space on the disk" in said


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_an_error_for_lack_of_space_gets_a_message_with_folder_and_remedy(
    tmp_path: Path, number: int
) -> None:
    folder = tmp_path / "not" / "there"
    with (
        pytest.raises(StateFileError, match=rf"{folder}: no space left on its disk: free some"),
        disk.naming_a_full_disk(folder),
    ):
        raise OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("free", "error", "raised"),
    [
        (0, EmulatorError("the emulator ended"), StateFileError),
        (disk.SMALL, EmulatorError("the emulator ended"), EmulatorError),
        (disk.SMALL, EmulatorError("502: No space left on device"), StateFileError),
        (0, StateNotSavedError("lost"), StateNotSavedError),
        (0, StoppedError("stopped"), StoppedError),
    ],
)
def test_other_errors_are_attributed_to_the_disk_only_if_it_is_full(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    free: int,
    error: Exception,
    raised: type[Exception],
) -> None:
    monkeypatch.setattr(disk, "_free", lambda _state: free)
    with pytest.raises(raised, match=str(error)) as caught, disk.naming_a_full_disk(tmp_path):
        raise error
    assert type(caught.value) is raised
