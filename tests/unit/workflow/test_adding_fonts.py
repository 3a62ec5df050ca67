import boto3
import pytest

from intarsia.domain.errors import RequestError, TooLargeError
from intarsia.domain.fonts import FILE_LIMIT, INLINE_LIMIT, FontStatus
from intarsia.storage.fonts import FontFiles, FontRepository
from intarsia.workflow import adding_fonts
from intarsia.workflow.adding_fonts import (
    FAULT,
    FontUpload,
    add_font,
    awaited_font,
    font_upload_of,
    read_font,
)
from tests.support.paths import BUNDLED_FONTS

BOLD = (BUNDLED_FONTS / "LiberationSans-Bold.ttf").read_bytes()


@pytest.fixture
def fonts(aws):
    return FontRepository(boto3.client("dynamodb"), "table")


@pytest.fixture
def files(aws):
    return FontFiles(boto3.client("s3"), "templates")


@pytest.fixture
def arrived(fonts, files):
    """A font whose file has been uploaded by its presigned URL."""

    def put(data, *, family=None):
        font = awaited_font("team", "Brand Bold.ttf", family)
        fonts.put(font)
        files.put(font.key, data)
        return FontUpload(font.id, font.key, len(data))

    return put


def test_a_file_that_has_arrived_is_read(fonts, files, arrived):
    upload = arrived(BOLD, family="House")

    font = read_font(fonts, files, upload)

    assert font == fonts.get(upload.font_id)
    assert (font.status, font.bytes, font.error) == (FontStatus.UPLOADED, len(BOLD), None)
    assert (font.family_name, font.names.postscript) == ("House", "LiberationSans-Bold")


def test_what_is_no_font_says_so_and_a_second_upload_sets_it_right(fonts, files, arrived):
    upload = arrived(b"OTTO" + BOLD[4:])

    font = read_font(fonts, files, upload)
    assert font.status is FontStatus.ERROR
    assert font.error.startswith("The file cannot be used: it is an OpenType font")

    files.put(upload.key, BOLD)
    font = read_font(fonts, files, upload)
    assert (font.status, font.error) == (FontStatus.UPLOADED, None)


def test_a_file_over_the_limit_is_not_even_read(fonts, files, arrived, monkeypatch):
    upload = arrived(BOLD)
    monkeypatch.delattr(files.__class__, "read")

    font = read_font(fonts, files, FontUpload(upload.font_id, upload.key, FILE_LIMIT + 1))

    assert font.status is FontStatus.ERROR
    assert str(FILE_LIMIT) in font.error


def test_a_fault_of_ours_leaves_no_font_waiting(fonts, files, arrived, monkeypatch):
    upload = arrived(BOLD)

    with monkeypatch.context() as broken:
        broken.setattr(adding_fonts, "read_names", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            read_font(fonts, files, upload)
    assert (fonts.get(upload.font_id).status, fonts.get(upload.font_id).error) == (
        FontStatus.ERROR,
        FAULT,
    )
    assert read_font(fonts, files, upload).status is FontStatus.UPLOADED


def test_a_font_that_was_deleted_meanwhile_stays_deleted(fonts, files, arrived, monkeypatch):
    upload = arrived(BOLD)
    read = files.read

    def deleting(key, most):
        fonts.delete(upload.font_id)
        return read(key, most)

    monkeypatch.setattr(files, "read", deleting)

    assert read_font(fonts, files, upload) is None
    assert fonts.get(upload.font_id) is None
    assert read_font(fonts, files, upload) is None


def test_an_object_beside_a_font_is_not_taken_for_it(fonts, files, arrived):
    upload = arrived(BOLD)
    beside = FontUpload(upload.font_id, upload.key.replace("Brand", "Other"), 10)

    assert read_font(fonts, files, beside) is None
    assert fonts.get(upload.font_id).status is FontStatus.AWAITING_UPLOAD


@pytest.mark.parametrize(
    ("key", "font_id"),
    [
        ("fonts/team/ID/a.ttf", "ID"),
        ("templates/team/ID/source.aep", None),
        ("fonts/team/ID", None),
        ("fonts/team/ID/deep/a.ttf", None),
    ],
)
def test_only_objects_where_fonts_lie_are_fonts(key, font_id):
    upload = font_upload_of(key, 7)
    assert (upload and upload.font_id) == font_id


def test_what_does_not_fit_into_a_request_is_refused_and_kept_nowhere(fonts, files):
    font = awaited_font("team", "a.ttf", None)
    padding = b"\0" * (INLINE_LIMIT - len(BOLD))

    with pytest.raises(TooLargeError, match=r"POST /fonts .* uploadInfo\.url"):
        add_font(fonts, files, font, BOLD + padding + b"\0")
    with pytest.raises(TooLargeError, match="40 MiB"):
        add_font(fonts, files, font, BOLD + b"\0" * FILE_LIMIT)
    with pytest.raises(RequestError, match="font: cannot be used"):
        add_font(fonts, files, font, BOLD[:-1])
    assert fonts.get(font.id) is None
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket="templates")

    assert add_font(fonts, files, font, BOLD + padding).bytes == INLINE_LIMIT
