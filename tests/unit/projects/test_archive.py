"""Taking hostile uploads apart."""

import io
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intarsia.projects.archive import Limits, extract_project
from intarsia.projects.errors import ProjectError
from tests.support import campaign

AEP = b"RIFX\0\0\0\x04Egg!"
Entry = tuple[str | zipfile.ZipInfo, bytes]


@pytest.fixture
def upload(tmp_path: Path) -> Callable[..., Path]:
    """Write an upload: raw bytes, or a zip of (name or ZipInfo, content)."""

    def write(*entries: Entry, raw: bytes | None = None) -> Path:
        path = tmp_path / "upload"
        path.write_bytes(raw if raw is not None else zipped(*entries))
        return path

    return write


def zipped(*entries: Entry) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return memory.getvalue()


def refused(path: Path, folder: Path, declared: Any = "zip", limits: Limits | None = None) -> str:
    """The reason for which an upload is refused; nothing may be left behind."""
    before = sorted(folder.parent.rglob("*"))
    with pytest.raises(ProjectError) as caught:
        extract_project(path, declared, folder, limits)
    assert sorted(folder.parent.rglob("*")) == before
    return str(caught.value)


def files_in(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_a_project_is_copied(upload: Callable[..., Path], tmp_path: Path) -> None:
    project = extract_project(upload(raw=AEP), "aep", tmp_path / "out")

    assert project == tmp_path / "out" / "project.aep"
    assert project.read_bytes() == AEP


def test_a_zip_is_unpacked_without_what_systems_add(
    upload: Callable[..., Path], tmp_path: Path
) -> None:
    path = upload(
        ("My Ad/", b""),
        ("My Ad/Ad ü.aep", AEP),
        ("My Ad/(Footage)/photo.png", b"png"),
        ("My Ad\\(Footage)\\windows.png", b"png"),
        ("My Ad/./inner.zip", zipped(("x", b"x"))),
        ("__MACOSX/My Ad/._Ad.aep", b"junk"),
        ("My Ad/._Ad.aep", b"junk"),
        ("My Ad/.DS_Store", b"junk"),
        ("My Ad/Icon\r", b"junk"),
    )

    project = extract_project(path, "zip", tmp_path / "out")

    assert project == tmp_path / "out" / "My Ad" / "Ad ü.aep"
    assert files_in(tmp_path / "out") == [
        "My Ad/(Footage)/photo.png",
        "My Ad/(Footage)/windows.png",
        "My Ad/Ad ü.aep",
        "My Ad/inner.zip",
    ]


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["a/x.aep", "top.aep"], "top.aep"),
        (["a/main.AEP", "a/Adobe After Effects Auto-Save/main auto-save 1.aep"], "a/main.AEP"),
        (["deep/er/t.aet"], "deep/er/t.aet"),
    ],
)
def test_the_shallowest_project_is_meant(
    upload: Callable[..., Path], tmp_path: Path, names: list[str], chosen: str
) -> None:
    project = extract_project(upload(*((name, AEP) for name in names)), "zip", tmp_path / "out")

    assert project.relative_to(tmp_path / "out").as_posix() == chosen


@pytest.mark.parametrize(
    "name",
    [
        "../evil.png",
        "a/../../evil.png",
        "/etc/evil",
        "..\\evil.png",
        "C:\\evil.png",
        "C:evil.png",
        "\\\\server\\share\\evil",
        "..",
    ],
)
def test_names_that_lead_out_are_refused(
    upload: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    reason = refused(upload(("a.aep", AEP), (name, b"evil")), tmp_path / "out")

    assert "leads out of the archive" in reason


@pytest.mark.parametrize(
    "name",
    [
        "con",
        "a/NUL.txt",
        "lpt1.png",
        "what?.png",
        "ab:c.png",
        "dot.",
        "space ",
        "a\x07b",
        "a" * 256,
    ],
)
def test_names_that_windows_cannot_have_are_refused(
    upload: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    assert "Windows" in refused(upload(("a.aep", AEP), (name, b"")), tmp_path / "out")


def test_a_name_with_nul_is_refused(upload: Callable[..., Path], tmp_path: Path) -> None:
    raw = zipped(("a.aep", AEP), ("evil_.png", b"")).replace(b"evil_.png", b"evil\0.png")

    assert "a name that Windows does not allow" in refused(upload(raw=raw), tmp_path / "out")


def test_paths_too_long_for_windows_are_refused(
    upload: Callable[..., Path], tmp_path: Path
) -> None:
    entry = ("folder/" * 26 + "file", b"")

    assert "more than 180" in refused(upload(("a.aep", AEP), entry), tmp_path / "out")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_are_refused(
    upload: Callable[..., Path], tmp_path: Path, kind: int
) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (kind | 0o777) << 16

    assert "link" in refused(upload(("a.aep", AEP), (link, b"/etc/passwd")), tmp_path / "out")


@pytest.mark.parametrize(
    "names",
    [
        ["x.png", "X.PNG"],
        ["Ünder.png", "U\u0308nder.png"],
        ["a/x", "A/x"],
        ["a", "a/x"],
        ["a/x", "A"],
    ],
)
def test_names_that_would_be_one_file_are_refused(
    upload: Callable[..., Path], tmp_path: Path, names: list[str]
) -> None:
    path = upload(("t.aep", AEP), *((name, b"") for name in names))

    assert "whose paths conflict on Windows and macOS" in refused(path, tmp_path / "out")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_given_twice_is_refused(upload: Callable[..., Path], tmp_path: Path) -> None:
    path = upload(("t.aep", AEP), ("t.aep", AEP))

    assert "whose paths conflict on Windows and macOS" in refused(path, tmp_path / "out")


def test_too_many_bytes(upload: Callable[..., Path], tmp_path: Path) -> None:
    path = upload(("t.aep", AEP), ("a", bytes(600)), ("b", bytes(600)))

    reason = refused(path, tmp_path / "out", limits=Limits(total_bytes=1024))

    assert reason == "The zip unpacks to more than 1 KiB."


def test_a_bomb_is_stopped_while_it_is_written(upload: Callable[..., Path], tmp_path: Path) -> None:
    path = upload(("t.aep", AEP), ("bomb", bytes(65 << 20)))

    reason = refused(path, tmp_path / "out", limits=Limits(ratio=10))

    assert reason == "The zip unpacks to more than 10 times its own size."


def test_sizes_in_headers_are_not_believed(upload: Callable[..., Path], tmp_path: Path) -> None:
    raw = bytearray(zipped(("t.aep", AEP), ("bomb", bytes(100_000))))
    # The sizes in the directory entry (offset 24) and in the file's own header (offset 22).
    directory = raw.rfind(b"PK\x01\x02")
    own = raw.find(b"PK\x03\x04", 4)
    raw[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    raw[own + 22 : own + 26] = (10).to_bytes(4, "little")

    refused(upload(raw=bytes(raw)), tmp_path / "out", limits=Limits(total_bytes=50_000))


def test_too_many_files(upload: Callable[..., Path], tmp_path: Path) -> None:
    path = upload(("t.aep", AEP), *((str(number), b"") for number in range(30)))

    assert "more than 30 files" in refused(path, tmp_path / "out", limits=Limits(entries=30))


def test_a_huge_directory_is_refused_before_it_is_read(
    upload: Callable[..., Path], tmp_path: Path
) -> None:
    raw = bytearray(zipped(("t.aep", AEP)))
    end = raw.rfind(b"PK\x05\x06")
    raw[end + 12 : end + 16] = (1 << 30).to_bytes(4, "little")

    assert "more than 10000 files" in refused(upload(raw=bytes(raw)), tmp_path / "out")


def test_an_encrypted_zip(upload: Callable[..., Path], tmp_path: Path) -> None:
    raw = bytearray(zipped(("t.aep", AEP)))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.find(signature) + flags] |= 1

    assert "encrypted" in refused(upload(raw=bytes(raw)), tmp_path / "out")


def test_an_odd_compression(upload: Callable[..., Path], tmp_path: Path) -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("t.aep", AEP)

    assert "use Deflate" in refused(upload(raw=memory.getvalue()), tmp_path / "out")


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_zip_that_is_cut_off(upload: Callable[..., Path], tmp_path: Path, keep: float) -> None:
    raw = zipped(("t.aep", AEP), ("noise", os.urandom(5000)))

    assert "cut off" in refused(upload(raw=raw[: int(len(raw) * keep)]), tmp_path / "out")


def test_a_zip_with_damaged_content(upload: Callable[..., Path], tmp_path: Path) -> None:
    raw = bytearray(zipped(("t.aep", AEP), ("noise", os.urandom(5000))))
    raw[2000] ^= 0xFF

    assert "damaged" in refused(upload(raw=bytes(raw)), tmp_path / "out")


def test_a_zip_whose_directory_points_before_its_start(
    upload: Callable[..., Path], tmp_path: Path
) -> None:
    raw = bytearray(zipped(("t.aep", AEP)))
    end = raw.rfind(b"PK\x05\x06")
    # Offset of the directory: what lies before it is taken for the start of the zip.
    raw[end + 18] = 1

    assert "damaged" in refused(upload(raw=bytes(raw)), tmp_path / "out")


@pytest.mark.parametrize(
    ("declared", "raw", "reason"),
    [
        ("aep", zipped(("t.aep", AEP)), 'a zip archive, but the template has the type "aep"'),
        ("zip", AEP, 'an After Effects project, but the template has the type "zip"'),
        ("aep", b'<?xml version="1.0"?><AfterEffectsProject', ".aepx"),
        ("aep", b"GIF89a", "not an After Effects project"),
        ("zip", b"", "not a zip archive"),
        ("mogrt", b"GIF89a", "not a Motion Graphics template"),
        ("mogrt", AEP, 'create it with the type "aep"'),
        ("zip", zipped(("project.aegraphic", b"")), 'with the type "mogrt"'),
        ("zip", zipped(("readme.txt", b"")), "no After Effects project"),
        ("zip", zipped(("t.aepx", b"")), ".aepx"),
        ("zip", zipped(("t.aep", b"not one")), '"t.aep" in the zip is not an After Effects'),
        ("zip", zipped(("a/1.aep", AEP), ("b/2.aep", AEP)), '("a/1.aep", "b/2.aep")'),
        ("zip", zipped(), "no After Effects project"),
    ],
)
def test_the_wrong_thing_is_named(
    upload: Callable[..., Path], tmp_path: Path, *, declared: Any, raw: bytes, reason: str
) -> None:
    assert reason in refused(upload(raw=raw), tmp_path / "out", declared)


def test_a_folder_that_was_there_is_there_again_and_empty(
    upload: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()

    refused(upload(("t.aep", AEP), ("../x", b"")), tmp_path / "out")

    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(
    upload: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()

    with pytest.raises(ValueError, match="not empty"):
        extract_project(upload(raw=AEP), "aep", tmp_path / "out")

    assert files_in(tmp_path / "out") == ["mine"]


NAMES = st.lists(
    st.sampled_from(["..", ".", "a", "A", "b.aep", "con", "", "__MACOSX", "é", "x" * 100]),
    min_size=1,
    max_size=4,
).map("/".join) | st.text(max_size=20)
# zipfile cannot write a name that is empty before its first NUL.
NAMES = NAMES.filter(lambda name: name.partition("\0")[0])


@settings(max_examples=campaign.size(40, 150))
@given(names=st.lists(NAMES, min_size=1, max_size=5), flips=st.lists(st.integers(0, 4000)))
def test_whatever_the_zip_nothing_lands_outside_and_errors_leave_nothing(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], flips: list[int]
) -> None:
    try:
        raw = bytearray(zipped(("t.aep", AEP), *((name, b"content") for name in set(names))))
    except UnicodeError:
        return
    for flip in flips[:6]:
        raw[flip % len(raw)] ^= 0x41
    base = tmp_path_factory.mktemp("zip")
    (base / "upload").write_bytes(bytes(raw))

    try:
        project = extract_project(base / "upload", "zip", base / "out")
    except ProjectError:
        assert [path.name for path in base.iterdir()] == ["upload"]
    else:
        assert project.is_file()
        assert sorted(path.name for path in base.iterdir()) == ["out", "upload"]
