"""The local stack's API key: made once, registered again, and refused if it is no key."""

from pathlib import Path

import pytest

from intarsia.local import api_key
from intarsia.local.errors import StateFileError
from intarsia.storage.keys import KeyRepository

TOKEN = "itk_" + "a" * 43


class Keys(KeyRepository):
    """Keys in memory."""

    def __init__(self) -> None:
        self.teams: dict[str, str] = {}

    def add(self, token: str, team_id: str, name: str) -> None:
        self.teams[token] = team_id

    def team_of(self, token: str) -> str | None:
        return self.teams.get(token)


def test_a_key_is_made_once_kept_and_registered_again_if_the_table_has_lost_it(
    tmp_path: Path,
) -> None:
    first = Keys()
    token = api_key.registered(tmp_path / "key", first)
    assert api_key.registered(tmp_path / "key", first) == token
    assert first.teams == {token: api_key.TEAM}
    later = Keys()
    assert api_key.registered(tmp_path / "key", later) == token
    assert later.teams == {token: api_key.TEAM}


@pytest.mark.parametrize(
    "content", ["x", "a b\nc\0\n", f"{TOKEN}\n", f"{TOKEN}\0", "itk_" + "é" * 43]
)
def test_a_file_that_is_no_key_is_refused_with_the_remedy_and_not_registered(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "key").write_text(content, encoding="utf-8")
    keys = Keys()
    with pytest.raises(StateFileError, match=rf"{tmp_path}/key does not contain .*: remove it"):
        api_key.registered(tmp_path / "key", keys)
    assert keys.teams == {}
