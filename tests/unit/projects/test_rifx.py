"""The first look at a project's bytes."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from intarsia.projects.errors import ProjectError
from intarsia.projects.rifx import DEPTH_LIMIT, check_structure

# Format 0x61, After Effects 26.0: as in a real file.
HEAD = bytes.fromhex("006100050f110631")


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return kind + struct.pack(">I", len(body)) + body + b"\0" * (len(body) & 1)


def rifx(*chunks: bytes, form: bytes = b"Egg!") -> bytes:
    return chunk(b"RIFX", form + b"".join(chunks))


def nested(depth: int) -> bytes:
    body = b""
    for _ in range(depth):
        body = chunk(b"LIST", b"Fold" + body)
    return body


@pytest.fixture
def check(tmp_path: Path) -> Callable[[bytes], object]:
    def run(content: bytes) -> object:
        (tmp_path / "x.aep").write_bytes(content)
        return check_structure(tmp_path / "x.aep")

    return run


def test_the_version_is_read_from_the_head(project: Path) -> None:
    outline = check_structure(project)

    assert (outline.ae_major, outline.file_format, outline.too_old) == (26, 0x61, False)


def test_real_versions(sample: Callable[[str], Path]) -> None:
    versions = {
        name: (check_structure(sample(name)).ae_major, check_structure(sample(name)).too_old)
        for name in ("Item-01.aep", "Property-01.aep", "nexrender_test.aep", "old_project.aep")
    }

    assert versions == {
        "Item-01.aep": (16, False),
        "Property-01.aep": (22, False),
        "nexrender_test.aep": (23, False),
        "old_project.aep": (11, True),
    }


@pytest.mark.parametrize(
    "content",
    [
        rifx(chunk(b"head", HEAD)),
        rifx(chunk(b"head", HEAD), chunk(b"odd ", b"abc"), chunk(b"LIST", b"Fold")) + b"<xmp/>",
        rifx(chunk(b"head", HEAD), chunk(b"LIST", b"btdk" + b"\xff" * 11), nested(30)),
        rifx(chunk(b"LIST", b"Fold" + chunk(b"odd ", b"abc")), chunk(b"head", HEAD)),
    ],
)
def test_whole_projects_pass(check: Callable[[bytes], object], content: bytes) -> None:
    check(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not an After Effects project"),
        (b"RIFX", "not an After Effects project"),
        (rifx(chunk(b"head", HEAD), form=b"AVI "), "not an After Effects project"),
        (b"RIFF" + rifx(chunk(b"head", HEAD))[4:], "not an After Effects project"),
        (rifx(chunk(b"head", HEAD))[:-1], "cut off"),
        (b"RIFX\xff\xff\xff\xffEgg!", "cut off"),
        (rifx(b"head\xff\xff\xff\xff" + HEAD), "longer than the file"),
        (rifx(b"LIST\0\0\0\x04"), "longer than the file"),
        (rifx(b"hea"), "cut off"),
        (rifx(chunk(b"LIST", b"ab")), "too short"),
        (rifx(), "the version of After Effects is missing"),
        (rifx(chunk(b"head", b"\0\x61")), "the version of After Effects is missing"),
        (
            rifx(chunk(b"LIST", b"Fold" + chunk(b"head", HEAD))),
            "the version of After Effects is missing",
        ),
        (
            rifx(chunk(b"head", HEAD), nested(DEPTH_LIMIT)),
            f"nested more than {DEPTH_LIMIT} levels deep",
        ),
        (rifx(chunk(b"head", HEAD), nested(20_000)), f"nested more than {DEPTH_LIMIT} levels deep"),
    ],
)
def test_what_is_wrong_is_named(
    check: Callable[[bytes], object], content: bytes, reason: str
) -> None:
    with pytest.raises(ProjectError, match=reason):
        check(content)
