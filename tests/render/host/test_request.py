"""Nothing but the fixed request is taken, whatever a container writes."""

import json
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from render_container.host.errors import RequestError
from render_container.host.request import RelativePath, is_device, read_request

PATH = TypeAdapter(RelativePath)

GOOD = {
    "id": "01JABCDEF-1",
    "engine": "ae2026",
    "project": "template/project.aep",
    "output": "output/frame_[#####].png",
    "plan": "plan.json",
    "plan_result": "plan-result.json",
    "fonts": "fonts",
    "composition": 'Ünicode "quoted" -> it\'s',
    "module": "image_png",
    "quality": "full",
    "first": 0,
    "last": 9,
    "displayed_start": -3,
    "whole": True,
    "expected_frames": 10,
}


def read(**changes):
    fields = {key: value for key, value in (GOOD | changes).items() if value is not ...}
    return read_request(json.dumps(fields).encode())


def test_a_request_is_read_as_it_was_written():
    request = read()
    assert json.loads(request.model_dump_json()) == GOOD
    assert read_request(request.model_dump_json().encode()) == request


@pytest.mark.parametrize("module", ["intermediate", "sound", "video_prores_422"])
def test_pieces_have_modules_of_their_own(module):
    assert read(module=module).module == module


def test_only_what_is_optional_may_be_left_out():
    optional = {"plan", "plan_result", "fonts", "displayed_start", "whole", "expected_frames"}
    assert read(**dict.fromkeys(optional, ...)).plan is None
    for field in GOOD.keys() - optional:
        with pytest.raises(RequestError, match=f"field {field}"):
            read(**{field: ...})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("arguments", ["-reuse"]),
        ("environment", {"PATH": "."}),
        ("command", "calc.exe"),
        ("id", "../one"),
        ("id", "con"),
        ("id", "a" * 65),
        ("id", "one\n"),
        ("engine", "open"),
        ("engine", "ae2019"),
        ("composition", ""),
        ("composition", "a\nb"),
        ("composition", "a\0"),
        ("composition", "a" * 1001),
        ("module", "Lossless"),
        ("module", ["intermediate"]),
        ("quality", "best"),
        ("first", -1),
        ("first", "0"),
        ("first", 0.5),
        ("last", True),
        ("last", 10**12),
        ("displayed_start", 10**12),
        ("whole", 1),
        ("expected_frames", 0),
        ("project", None),
        ("plan", ""),
        ("output", "output/../project.aep"),
    ],
)
def test_a_refusal_names_the_field(field, value):
    with pytest.raises(RequestError, match=rf"\(field {field}\)"):
        read(**{field: value})


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"first": 5, "last": 4}, "last must not be before first"),
        ({"plan_result": None}, "plan and plan_result must both be given"),
        ({"output": "out.mov"}, "output must be in a folder of its own"),
        ({"output": "template/out.mov"}, "output must be in a folder that holds nothing else"),
        ({"output": "Fonts/out.mov"}, "output must be in a folder that holds nothing else"),
        ({"project": "output/x/project.aep"}, "output must be in a folder that holds nothing"),
    ],
)
def test_fields_that_contradict_each_other_are_refused(changes, complaint):
    with pytest.raises(RequestError, match=complaint):
        read(**changes)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"id": "a"}{}', b'{"id": "\\ud800"}']
)
def test_what_is_no_request_at_all_is_refused(content):
    with pytest.raises(RequestError):
        read_request(content)


@given(st.binary(max_size=200))
def test_no_content_does_more_harm_than_a_refusal(content):
    with pytest.raises(RequestError):
        read_request(content)


@pytest.mark.parametrize(
    "path",
    [
        *("/etc/passwd", "../x", "a/../../x", "a/./b", "a//b", "a/", ".", "..", ""),
        *("C:/x", "C:x", "c:", "\\\\server\\share", "//server/share", "a\\..\\b", "\\x", "?/x"),
        *("NUL", "nul.txt", "a/CON", "com1.mov", "COM¹", "lpt9.x.y", "aux .txt", "CONIN$"),
        *("file.txt:stream", "folder::$INDEX_ALLOCATION/x", "x.", "x ", " x", "a. /b", "a|b"),
        *("a*", "a<b", 'a"b', "a\x00b", "a\nb", "\ud800", "a" * 201),
    ],
)
def test_no_path_leaves_the_folder_or_means_something_else_to_windows(path):
    with pytest.raises(ValidationError):
        PATH.validate_python(path)


@pytest.mark.parametrize(
    "path", ["a", "a/b.c", "frame_[#####].png", "ö/日本.aep", "console.aep", ".hidden", "-project"]
)
def test_ordinary_names_are_taken(path):
    assert PATH.validate_python(path) == path


hostile_parts = st.sampled_from(
    ["..", ".", "", "a", "CON", "nul.x", "C:", "\\", "a:b", "x.", "x ", "~", "$x", "a", "b"]
) | st.text(max_size=6)


@given(st.lists(hostile_parts, max_size=6).map("/".join))
def test_a_path_that_is_taken_stays_below_on_either_system(path):
    try:
        PATH.validate_python(path)
    except ValidationError:
        return
    for kind in (PurePosixPath, PureWindowsPath):
        parts = kind(path).parts
        assert not kind(path).is_absolute()
        assert not kind(path).anchor
        assert "/".join(parts) == path
        assert ".." not in parts
    assert not PureWindowsPath(path).is_reserved()
    assert not any(is_device(part) or part != part.rstrip(". ") for part in path.split("/"))
