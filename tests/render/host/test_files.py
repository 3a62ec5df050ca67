"""Files that two processes share; Windows' refusals are played by raising what it raises."""

import os
import threading

import pytest

from render_container.host import files
from render_container.host.files import (
    empty_folder,
    patiently,
    publish_once,
    read_plain,
    remove_tree,
)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(files, "PAUSE", 0)


def test_of_many_who_publish_exactly_one_succeeds_and_its_content_stays(tmp_path):
    winners, together = [], threading.Barrier(8)

    def publish(number):
        together.wait()
        if publish_once(tmp_path / "turn", str(number).encode() * 1000):
            winners.append(number)

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(winners) == 1
    assert (tmp_path / "turn").read_bytes() == str(winners[0]).encode() * 1000
    assert [path.name for path in tmp_path.iterdir()] == ["turn"]


def test_publishing_where_nothing_is_any_more_fails(tmp_path):
    with pytest.raises(FileNotFoundError):
        publish_once(tmp_path / "gone" / "result.json", b"{}")


def test_what_windows_refuses_while_a_file_is_open_is_tried_again():
    refusals = iter([PermissionError(), PermissionError()])

    def action():
        if error := next(refusals, None):
            raise error
        return "done"

    assert patiently(action) == "done"


def test_what_is_refused_for_good_is_raised():
    def action():
        raise PermissionError("for good")

    with pytest.raises(PermissionError, match="for good"):
        patiently(action)


def test_only_plain_files_are_read_and_no_more_than_is_allowed(tmp_path):
    (tmp_path / "plain").write_bytes(b"12345")
    (tmp_path / "link").symlink_to(tmp_path / "plain")
    os.mkfifo(tmp_path / "pipe")
    assert read_plain(tmp_path / "plain", 5) == b"12345"
    for name, limit in (("plain", 4), ("link", 5), ("pipe", 5), ("none", 5), (".", 5)):
        with pytest.raises(OSError):  # noqa: PT011 - any: the reader goes on without
            read_plain(tmp_path / name, limit)


def test_removing_a_tree_leaves_what_its_links_lead_to(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "folder").symlink_to(kept)
    (tree / "file").symlink_to(kept / "file")
    assert remove_tree(tree)
    (tmp_path / "link").symlink_to(kept)
    assert remove_tree(tmp_path / "link")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (kept / "file").exists()


def test_emptying_a_folder_that_keeps_something_fails(tmp_path, monkeypatch):
    (tmp_path / "open").touch()
    monkeypatch.setattr(files, "remove_tree", lambda _: False)
    with pytest.raises(PermissionError, match="open cannot be removed"):
        empty_folder(tmp_path)
