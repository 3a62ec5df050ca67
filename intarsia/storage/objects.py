"""Objects of one bucket, and presigned URLs for single objects."""

from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from intarsia.domain.jobs import Span


class ObjectNotFoundError(Exception):
    """Absence of an object under a given key."""


class Objects:
    """The objects of one bucket. For presigned URLs, the S3 client must have `S3_CONFIG`."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get_text(self, key: str) -> str:
        """Return the object as UTF-8 text. Raises ObjectNotFoundError if there is none."""
        return self._get(key).decode()

    def get_part(self, span: Span) -> str:
        """Return a part of an object as UTF-8 text. Raises ObjectNotFoundError if it is missing."""
        last = span.start + span.length - 1
        return self._get(span.key, Range=f"bytes={span.start}-{last}").decode()

    def _get(self, key: str, **options: str) -> bytes:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key, **options)
            body: bytes = answer["Body"].read()
        except ClientError as error:
            if _is_missing(error):
                raise ObjectNotFoundError(key) from error
            raise
        return body

    def put_text(
        self, key: str, text: str, content_type: str = "application/json; charset=utf-8"
    ) -> None:
        """Store UTF-8 text as an object."""
        self.put_bytes(key, text.encode(), content_type)

    def put_bytes(self, key: str, body: bytes, content_type: str) -> None:
        """Store bytes as an object."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)

    def download(self, key: str, path: Path) -> None:
        """Download the object to the file `path`. Raises ObjectNotFoundError if there is none."""
        try:
            self._client.download_file(self._bucket, key, str(path))
        except ClientError as error:
            if _is_missing(error):
                raise ObjectNotFoundError(key) from error
            raise

    def upload(self, path: Path, key: str, content_type: str) -> None:
        """Upload the file `path` as the object `key`, in parts if it is large."""
        self._client.upload_file(
            str(path), self._bucket, key, ExtraArgs={"ContentType": content_type}
        )

    def delete(self, key: str) -> None:
        """Delete the object; does nothing if there is none."""
        self._client.delete_object(Bucket=self._bucket, Key=key)

    def delete_folder(self, prefix: str) -> None:
        """Delete every object whose key begins with `prefix`."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        for page in pages:
            for entry in page.get("Contents", []):
                self.delete(entry["Key"])

    def size(self, key: str) -> int | None:
        """Return the object's size in bytes, or None if there is no such object."""
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _is_missing(error):
                return None
            raise
        return int(head["ContentLength"])

    def presign_get(self, key: str, seconds: int, *, file_name: str) -> str:
        """Return a presigned URL that reads the object, valid for `seconds`.

        Browsers show the object, or save it as `file_name`.
        """
        url: str = self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ResponseContentDisposition": f'inline; filename="{file_name}"',
            },
            ExpiresIn=seconds,
        )
        return url

    def presign_put(self, key: str, seconds: int) -> str:
        """Return a presigned URL that accepts a raw PUT of the object for `seconds`.

        Only the header `host` is signed, so the client may choose others, such as `Content-Type`.
        """
        url: str = self._client.generate_presigned_url(
            "put_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=seconds
        )
        return url


def _is_missing(error: ClientError) -> bool:
    return error.response["Error"]["Code"] in {"NoSuchKey", "404", "NotFound"}
