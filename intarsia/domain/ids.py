"""Ids (ULIDs: 26 characters of Crockford base 32, sorted by creation time) and timestamps."""

from datetime import UTC, datetime

from ulid import ULID

TEMPLATE_ID_PATTERN = r"^[A-Z0-9]{26}$"
"""The contract's pattern for a template's id in a job.

It is wider than JOB_ID_PATTERN, which every id from `new_id` matches.
"""
JOB_ID_PATTERN = r"^[0-9A-HJKMNP-TV-Z]{26}$"


def new_id() -> str:
    """Return a new ULID."""
    return str(ULID())


def now() -> datetime:
    """Return the current time in UTC, truncated to milliseconds like the contract's timestamps."""
    return to_milliseconds(datetime.now(UTC))


def to_milliseconds(moment: datetime) -> datetime:
    """Return `moment`, truncated to whole milliseconds."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def timestamp(moment: datetime) -> str:
    """Return `moment` as ISO 8601 in UTC with milliseconds, such as `2025-05-14T12:00:00.000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + (
        f"{moment.microsecond // 1000:03d}Z"
    )
