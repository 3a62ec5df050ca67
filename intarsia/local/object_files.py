"""Patch of the emulator: an S3 object that cannot be written to the disk is refused.

Unpatched, the emulator logs the error, keeps the object in memory and answers with success. The
object is then lost at the next start, even if the disk has space again by then.
"""

import errno
from typing import Any


def insist_on_writing() -> None:
    """Patch MiniStack to answer 500 to a request for an object that cannot be written."""
    from ministack.services import s3

    persist = s3._persist_object  # noqa: SLF001

    def persist_or_refuse(bucket: str, key: str, record: Any) -> None:
        persist(bucket, key, record)
        # MiniStack drops the content from memory once it is on the disk.
        if isinstance(record, dict) and record.get("body") is not None:
            message = "the object cannot be written: the disk is full, or the folder is read-only"
            raise OSError(errno.EIO, message, f"{bucket}/{key}")

    s3._persist_object = persist_or_refuse  # noqa: SLF001
