"""The secret of a state folder and what is derived from it."""

import threading
from pathlib import Path

import pytest

from intarsia.local.credentials import FILE, Credentials
from intarsia.local.errors import EmulatorError

TASK, ROLE = "arn:aws:ecs:us-east-1:000000000000:task/renders/1", "arn:aws:iam::000000000000:role/r"


def test_the_secret_is_the_folders_own_random_private_and_kept(tmp_path: Path) -> None:
    first = Credentials.of(tmp_path / "a")
    assert (tmp_path / "a" / FILE).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "a").iterdir()] == [FILE]
    assert Credentials.of(tmp_path / "a") == first
    other = Credentials.of(tmp_path / "b")
    assert other.operator["AWS_ACCESS_KEY_ID"] != first.operator["AWS_ACCESS_KEY_ID"]
    assert other.operator["AWS_SECRET_ACCESS_KEY"] != first.operator["AWS_SECRET_ACCESS_KEY"]
    assert other.front_token != first.front_token
    assert other.session(TASK, ROLE) != first.session(TASK, ROLE)


def test_all_that_is_derived_differs(tmp_path: Path) -> None:
    made = Credentials.of(tmp_path)
    values = [
        *made.operator.values(),
        made.front_token,
        *made.session(TASK, ROLE).values(),
        *made.session(f"{TASK}2", ROLE).values(),
        *made.session(TASK, f"{ROLE}2").values(),
        made.secret.hex(),
    ]
    assert len(set(values)) == len(values)


def test_who_makes_it_at_once_gets_the_same(tmp_path: Path) -> None:
    found: list[Credentials] = []
    begin = threading.Barrier(8)

    def make() -> None:
        begin.wait()
        found.append(Credentials.of(tmp_path))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("content", ["", "00", "not hexadecimal", "ä"])
def test_a_damaged_secret_is_named_with_a_way_out(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    with pytest.raises(EmulatorError, match=rf"{FILE}.*remove it"):
        Credentials.of(tmp_path)
