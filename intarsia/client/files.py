"""File transfers by presigned URL, without the API key in the requests."""

from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import TypeVar

import httpx

from intarsia.certificates import trusted
from intarsia.client.backoff import Backoff
from intarsia.client.errors import ClientError, StorageError, UnreachableError
from intarsia.client.http import NO_PROXY
from intarsia.client.models import UploadInfo

ResultT = TypeVar("ResultT")


class _AgainError(Exception):
    """Failure of file storage that may be temporary, so that a retry is worthwhile."""


class Files:
    """Streaming uploads and downloads; no file is held in memory as a whole.

    `timeout` limits each network operation, in seconds. `transport` replaces the network, for
    example in tests. Transfers are idempotent, so they are retried after a 5xx response or a broken
    connection.
    """

    def __init__(
        self, *, timeout: float, backoff: Backoff, transport: httpx.BaseTransport | None
    ) -> None:
        self._backoff = backoff
        self._http = httpx.Client(
            timeout=timeout,
            follow_redirects=True,  # output URLs redirect to short-lived presigned URLs
            verify=True if transport else trusted(),
            transport=transport,
            mounts=None if transport else NO_PROXY,
        )

    def close(self) -> None:
        """Close the connections to file storage."""
        self._http.close()

    def upload(self, info: UploadInfo, path: Path) -> None:
        """Upload the file at `path` to the URL in `info`.

        Raises StorageError if storage rejects the file or `info` has a method other than PUT.
        Raises UnreachableError if there is no response from storage, and OSError if the file cannot
        be read.
        """
        if info.method != "PUT":
            raise StorageError(f"the upload method {info.method} is not supported; only PUT is")
        self._repeated(lambda: self._put(info.url, path))

    def download(self, url: str, path: Path) -> None:
        """Download `url` to `path`, which is created or replaced only once the file is complete.

        Raises StorageError if storage rejects the request, UnreachableError if there is no response
        from it, and OSError if `path` cannot be written.
        """
        part = path.with_name(path.name + ".part")
        try:
            self._repeated(lambda: self._fetch(url, part))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def _put(self, url: str, path: Path) -> None:
        with path.open("rb") as file:
            # S3 rejects additional `x-amz-*` headers that the signature does not cover.
            headers = {"Content-Type": "application/octet-stream"}
            response = self._http.put(url, content=file, headers=headers)
        _check(response)

    def _fetch(self, url: str, path: Path) -> None:
        with self._http.stream("GET", url) as response:
            if not response.is_success:
                response.read()
            _check(response)
            with path.open("wb") as file:
                for chunk in response.iter_bytes():
                    file.write(chunk)

    def _repeated(self, action: Callable[[], ResultT]) -> ResultT:
        failure: ClientError
        for pause in self._backoff.pauses():
            try:
                return action()
            except _AgainError as error:
                failure = StorageError(str(error))
            except httpx.RequestError as error:
                failure = UnreachableError(
                    f"file storage cannot be reached: {error or type(error).__name__}"
                )
            except httpx.InvalidURL as error:
                raise StorageError(f"invalid URL of the file: {error}") from None
            if pause is None:
                raise failure
            sleep(pause)
        raise AssertionError("the last pause is None")


def _check(response: httpx.Response) -> None:
    if response.is_success:
        return
    # The query of a presigned URL grants access to the file, so it must not be shown.
    where = response.url.copy_with(query=None)
    said = " ".join(response.text.split())[:300]
    message = f"{where} returned {response.status_code}: {said or response.reason_phrase}"
    if response.is_server_error:
        raise _AgainError(message)
    raise StorageError(message)
