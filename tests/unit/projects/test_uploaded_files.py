"""Finding the files that came along with a project."""

from pathlib import Path

import pytest

from intarsia.projects.uploaded_files import UploadedFiles


@pytest.fixture
def files(tmp_path: Path) -> UploadedFiles:
    for name in (
        "(Footage)/a/shot.png",
        "(Footage)/b/shot.png",
        "shot.mov",
        "seq/frame_001.png",
        "u\u0308ber.png",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return UploadedFiles(tmp_path)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/Users/me/project/b/shot.png", "(Footage)/b/shot.png"),
        ("C:\\work\\A\\Shot.PNG", "(Footage)/a/shot.png"),
        ("/elsewhere/shot.mov", "shot.mov"),
        ("/elsewhere/\u00fcber.png", "u\u0308ber.png"),
        ("/elsewhere/other.mov", None),
        ("", None),
        ("/", None),
    ],
)
def test_the_longest_common_tail_wins(files: UploadedFiles, path: str, found: str | None) -> None:
    assert files.find(path) == found


def test_a_sequence_is_known_by_its_folder(files: UploadedFiles) -> None:
    assert files.holds_folder("D:\\renders\\SEQ\\")
    assert not files.holds_folder("/renders/frame_001.png")
