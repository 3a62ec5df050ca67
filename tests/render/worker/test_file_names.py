"""Names of files that users choose."""

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_container.worker.file_names import safe_name, with_extension

KINDS = ["png", "jpg", "mov", "wav"]


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


@given(name=st.text(max_size=120).map(safe_name).filter(bool), kind=st.sampled_from(KINDS))
def test_a_name_ends_as_its_kind_must(name: str, kind: str) -> None:
    named = with_extension(name, kind)
    assert safe_name(named)[-90:] == named[-90:]
    assert with_extension(named, kind) == named


@pytest.mark.parametrize(
    ("name", "kind", "named"),
    [
        ("logo.PNG", "png", "logo.PNG"),
        ("logo.png", "jpg", "logo.jpg"),
        ("logo.jpeg", "jpg", "logo.jpeg"),
        ("photo.v2", "png", "photo.v2.png"),
        ("Clip", "mov", "Clip.mov"),
        (".png", "png", ".png.png"),
    ],
)
def test_another_kinds_ending_is_taken_away(name: str, kind: str, named: str) -> None:
    assert with_extension(name, kind) == named
