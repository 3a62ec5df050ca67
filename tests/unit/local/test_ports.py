"""The ports of the last start."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from intarsia.local.ports import Ports


def test_ports_are_kept_for_the_next_start(tmp_path: Path) -> None:
    Ports(tmp_path / "ports.json").keep(front=8090, gateway=4566)
    assert Ports(tmp_path / "ports.json").wanted("gateway") == 4566


def test_without_a_file_any_port_will_do_and_nothing_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert Ports(tmp_path / "ports.json").wanted("front") is None
    assert caplog.text == ""


NO_PORTS = ['{"front": "8090"}', '{"front": true}', '{"front": 65536}']


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff", b"[]", b"1", b"[" * 100_000, *(text.encode() for text in NO_PORTS)],
)
def test_an_unreadable_file_is_logged_by_name_ignored_and_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    path = tmp_path / "ports.json"
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        ports = Ports(path)
    assert ports.wanted("front") is None
    assert str(path) in caplog.text
    ports.keep(front=1024)
    assert Ports(path).wanted("front") == 1024


@pytest.mark.timeout(60)  # opening a named pipe would wait without limit
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_something_else_in_place_of_the_file_is_logged_and_does_not_prevent_a_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "ports.json"
    make(path)
    ports = Ports(path)
    assert ports.wanted("front") is None
    assert f"{path} is invalid and ignored" in caplog.text
    ports.keep(front=1024)
