"""Names of files that users choose."""

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_container.worker.download import safe_name


@given(path=st.text(max_size=300))
def test_a_users_path_becomes_one_harmless_file_name(path: str) -> None:
    name = safe_name(path)
    assert len(name) <= 101
    if name:
        assert PurePosixPath(name).parts == (name,)
        assert PureWindowsPath(name).parts == (name,)
        assert name not in {".", ".."}
        assert name == name.rstrip(". ")
        assert name.isprintable()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fonts\\Grün & Blau.ttf", "Grün _ Blau.ttf"),
        ("..", ""),
        ("a/..", ""),
        ("con.txt", "_con.txt"),
        ("x/LPT1", "_LPT1"),
        (".aerenderrc", "aerenderrc"),
        ("a:b*c?.csv", "a_b_c_.csv"),
    ],
)
def test_known_tricks(path: str, name: str) -> None:
    assert safe_name(path) == name
