"""The emulator's saved state: read, or named."""

import os
from pathlib import Path

import pytest
from ministack.core import persistence

from intarsia.local import saved_state


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a service, for an emulator that insists on reading it."""

    def end(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path))
    monkeypatch.setattr(persistence, "load_state", persistence.load_state)
    monkeypatch.setattr(os, "_exit", end)
    saved_state.insist_on_reading()
    return tmp_path / "dynamodb.json"


@pytest.mark.parametrize(
    "content",
    [b"", b'{"__ministack_format__": 2, "payl', b"\xff\xfe", b'{"__ministack_format__": 99}'],
)
def test_a_file_that_cannot_be_read_ends_the_process_with_its_name(
    saved: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    saved.write_bytes(content)
    with pytest.raises(SystemExit):
        persistence.load_state("dynamodb")
    assert f"{saved} cannot be read: restore a copy of it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("service", "files", "loss"),
    [
        ("iam", "move it and cloudformation.json away", "without the data in this file\n"),
        ("dynamodb", "move it and cloudformation.json away", "all templates, jobs and keys\n"),
        ("cloudformation", "move it away", "with all data that still exists\n"),
    ],
)
def test_the_message_names_the_files_to_move_away_and_the_loss(
    saved: Path, service: str, files: str, loss: str, capsys: pytest.CaptureFixture[str]
) -> None:
    saved.with_name(f"{service}.json").write_text('{"__ministack_format__": 99}')
    with pytest.raises(SystemExit):
        persistence.load_state(service)
    said = capsys.readouterr().err
    assert files in said
    assert said.endswith(loss)


def test_state_is_loaded_as_before_and_none_is_no_fault(saved: Path) -> None:
    assert persistence.load_state("dynamodb") is None
    persistence.save_state("dynamodb", {"tables": [1]})
    assert persistence.load_state("dynamodb") == {"tables": [1]}
