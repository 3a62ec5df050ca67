"""State files: whole or not at all, and named when they cannot be read."""

import os
from pathlib import Path

import pytest

from intarsia.local import files
from intarsia.local.errors import StateFileError


def test_a_file_is_replaced_by_one_of_the_given_mode_and_nothing_else_is_left(
    tmp_path: Path,
) -> None:
    path = tmp_path / "key"
    left = tmp_path / "key.new"
    left.write_text("left by a writer that was killed")
    left.chmod(0o644)
    path.write_text("old")
    files.write(path, "new", mode=0o600)
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_write_that_is_cut_off_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "ports.json"
    path.write_text("old")

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", cut_off)
    else:
        monkeypatch.setattr(Path, "replace", cut_off)
    with pytest.raises(KeyboardInterrupt):
        files.write(path, "new")
    assert path.read_text() == "old"


@pytest.mark.parametrize("content", [b"", b"\0\0\0", b" \n", b"\xff\xfe"])
def test_a_file_without_readable_content_is_named_with_the_remedy(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(StateFileError, match=rf"{path} .*: remove it"):
        files.read(path, "remove it")


def test_a_file_that_may_not_be_opened_is_named_and_a_missing_one_is_none(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(StateFileError, match=str(tmp_path / "key")):
        files.read(tmp_path / "key", "remove it")
    assert files.read(tmp_path / "nothing", "remove it") is None


@pytest.mark.timeout(60)  # opening a named pipe would wait without limit
def test_a_named_pipe_is_refused_by_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "key")
    with pytest.raises(StateFileError, match=rf"{tmp_path}/key .*not a regular file.*: remove it"):
        files.read(tmp_path / "key", "remove it")


def test_a_private_folder_has_private_parents_and_leaves_existing_ones(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    files.private_folder(tmp_path / "a" / "b")
    files.private_folder(tmp_path / "a" / "b")
    assert [
        each.stat().st_mode & 0o777 for each in (tmp_path, tmp_path / "a", tmp_path / "a/b")
    ] == [
        0o755,
        0o700,
        0o700,
    ]
