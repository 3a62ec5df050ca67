from urllib.parse import parse_qs, urlsplit

import pytest

from intarsia.fetching import google_drive
from intarsia.fetching.fetch import FetchLimits, SourceError
from intarsia.fetching.google_drive import confirmed_url, download_url, fetch_shared, is_drive

FILE = "1AbC-dEf_GhIjKlMnOpQrStUvWxYz"
SHARED = f"https://drive.google.com/file/d/{FILE}/view?usp=sharing"
LIMITS = FetchLimits(tries=2, pause=0.0, silence=2)

TOO_LARGE_TO_SCAN = """<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title>
</head><body><p>Google Drive can't scan this file for viruses.</p>
<form id="other" action="/elsewhere"><input type="hidden" name="no" value="no"></form>
<form id="download-form" action="{action}" method="get">
<input type="submit" id="uc-download-link" value="Download anyway"/>
<input type="hidden" name="id" value="{file}"><input type="hidden" name="export" value="download">
<input type="hidden" name="confirm" value="t"><input type="hidden" name="uuid" value="a&amp;b">
</form><input type="hidden" name="after" value="no"></body></html>"""


def page(action):
    return TOO_LARGE_TO_SCAN.replace("{action}", action).replace("{file}", FILE)


@pytest.mark.parametrize(
    "link",
    [
        SHARED,
        f"https://drive.google.com/file/d/{FILE}",
        f"https://drive.google.com/file/u/1/d/{FILE}/edit",
        f"https://drive.google.com/open?id={FILE}",
        f"https://drive.google.com/uc?export=download&id={FILE}",
        f"https://docs.google.com/uc?id={FILE}",
        f"https://drive.usercontent.google.com/download?id={FILE}&export=download",
    ],
)
def test_every_kind_of_share_link_leads_to_the_file_itself(link):
    parts = urlsplit(download_url(link))

    assert (parts.scheme, parts.hostname) == ("https", "drive.usercontent.google.com")
    assert parse_qs(parts.query) == {"id": [FILE], "export": ["download"], "confirm": ["t"]}


def test_the_key_of_an_old_link_goes_along():
    assert "resourcekey=0-abc" in download_url(f"{SHARED}&resourcekey=0-abc")


@pytest.mark.parametrize(
    "link",
    [
        f"https://drive.google.com/drive/folders/{FILE}",
        f"https://docs.google.com/document/d/{FILE}/edit",
        "https://drive.google.com/drive/my-drive",
        "https://drive.google.com/uc?id=",
        "https://drive.google.com/file/d/x&y=z1234567890/view",
    ],
)
def test_what_is_no_file_is_told(link):
    with pytest.raises(SourceError, match="not a link to a file"):
        download_url(link)


def test_other_hosts_are_not_google_drive():
    assert not is_drive("https://drive.google.com.example.com/file/d/x")
    assert not is_drive("https://example.com/?u=https://drive.google.com/")


def test_the_form_of_the_page_is_sent_with_its_own_fields_only():
    target = urlsplit(confirmed_url(page("https://drive.usercontent.google.com/download")))

    assert target.hostname == "drive.usercontent.google.com"
    assert parse_qs(target.query) == {
        "id": [FILE], "export": ["download"], "confirm": ["t"], "uuid": ["a&b"],
    }  # fmt: skip


@pytest.mark.parametrize("action", ["https://example.com/download", "//example.com/x"])
def test_a_form_that_leads_elsewhere_is_not_followed(action):
    assert confirmed_url(page(action)) is None


class TestFetching:
    @pytest.fixture
    def drive(self, site, monkeypatch):
        """Google Drive on this machine."""
        monkeypatch.setattr(google_drive, "DOWNLOAD", f"{site.url}/download")
        monkeypatch.setattr(google_drive, "HOSTS", google_drive.HOSTS | {"127.0.0.1"})
        return site

    def bring(self, url, path):
        return fetch_shared(url, path, check=lambda: None, allow_private=True, limits=LIMITS)

    def test_a_small_file_comes_at_once(self, drive, tmp_path):
        drive.pages["/download"] = b"RIFX"

        assert self.bring(SHARED, tmp_path / "x").bytes == 4
        assert len(drive.requests) == 1

    def test_a_large_file_comes_after_the_page(self, drive, tmp_path):
        drive.pages["/download"] = b"  " + page("/confirmed").encode()
        drive.pages["/confirmed"] = b"RIFX and more"

        self.bring(SHARED, tmp_path / "x")

        assert (tmp_path / "x").read_bytes() == b"RIFX and more"
        assert "uuid=a%26b" in drive.requests[1]

    @pytest.mark.parametrize("second", [b"<html>Sign in</html>", None])
    def test_a_file_that_is_not_shared_is_told(self, drive, tmp_path, second):
        drive.pages["/download"] = (
            b"<!doctype HTML>Sign in" if second is None else page("/c").encode()
        )
        drive.pages["/c"] = second or b""

        with pytest.raises(SourceError, match="share the file with anyone who has the link"):
            self.bring(SHARED, tmp_path / "x")

    def test_a_page_of_another_site_is_taken_as_it_is(self, site, tmp_path):
        site.pages["/x"] = b"<html></html>"

        assert self.bring(f"{site.url}/x", tmp_path / "x").bytes == 13
