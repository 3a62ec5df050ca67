"""Download of files shared by Google Drive, whose share links lead to a page, not to the file.

The code handles links and pages as seen in 2026; Google documents neither. A file too large for
Google's virus scan is sent only after a form on a page has been submitted.
"""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from intarsia.fetching.fetch import Fetched, FetchLimits, SourceError, fetch

HOSTS = frozenset({"drive.google.com", "docs.google.com", "drive.usercontent.google.com"})
DOWNLOAD = "https://drive.usercontent.google.com/download"

_ID = re.compile(r"[A-Za-z0-9_-]{10,}")
_PAGE_LIMIT = 1 << 20  # bytes; pages have a few thousand
_NOT_SHARED = SourceError(
    "is a page of Google Drive instead of the file; share the file with anyone who has the link"
)


def fetch_shared(
    url: str,
    path: Path,
    *,
    check: Callable[[], None],
    allow_private: bool = False,
    limits: FetchLimits | None = None,
) -> Fetched:
    """Download `url` to the file `path`, also if it is a share link of Google Drive.

    All parameters are those of `fetch`. Raises SourceError as `fetch` does, and if Google Drive
    returns a page instead of the file.
    """

    def bring(source: str) -> Fetched:
        return fetch(source, path, check=check, allow_private=allow_private, limits=limits)

    if not is_drive(url):
        return bring(url)
    fetched = bring(download_url(url))
    if (page := _page(path)) is not None:
        confirmed = confirmed_url(page)
        if confirmed is None:
            raise _NOT_SHARED
        fetched = bring(confirmed)
        if _page(path) is not None:
            raise _NOT_SHARED
    return fetched


def is_drive(url: str) -> bool:
    """Return whether a URL leads to Google Drive."""
    return urlsplit(url).hostname in HOSTS


def download_url(url: str) -> str:
    """Return the download URL of the file behind a share link of Google Drive.

    Raises SourceError for a link to anything else, such as a folder or a document.
    """
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    in_path = re.search(r"/file/(?:u/\d+/)?d/([^/]+)", parts.path)
    by_id = parts.path.rstrip("/").endswith(("/uc", "/open", "/download"))
    file_id = in_path[1] if in_path else query.get("id", [""])[0] if by_id else ""
    if not _ID.fullmatch(file_id):
        raise SourceError(
            "is not a link to a file in Google Drive; folders and documents are not supported"
        )
    wanted = {"id": file_id, "export": "download", "confirm": "t"}
    if key := query.get("resourcekey"):  # links from before September 2021 need it
        wanted["resourcekey"] = key[0]
    return f"{DOWNLOAD}?{urlencode(wanted)}"


def confirmed_url(page: str) -> str | None:
    """Return the URL that confirms the download on Google's page "can't scan for viruses".

    `page` is HTML. Returns None if it has no such form, or if the form leads to another host.
    """
    form = _DownloadForm()
    form.feed(page)
    if form.action is None:
        return None
    target = urljoin(DOWNLOAD, form.action)
    if urlsplit(target).hostname not in HOSTS:
        return None
    return f"{target}{'&' if '?' in target else '?'}{urlencode(form.fields)}"


class _DownloadForm(HTMLParser):
    """A parser of Google's page for the download form and its hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and given.get("id") == "download-form":
            self.action, self._inside = given.get("action"), True
        if tag == "input" and self._inside and given.get("type") == "hidden":
            self.fields[given.get("name") or ""] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def _page(path: Path) -> str | None:
    """Return the text of the fetched file if it is a web page, else None.

    No After Effects template begins like a web page, so none is mistaken for one.
    """
    with path.open("rb") as file:
        start = file.read(_PAGE_LIMIT)
    if not start.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        return None
    return start.decode(errors="replace")
