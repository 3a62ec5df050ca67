"""Ids: ULIDs, 26 characters of Crockford base 32, sorted by creation time."""

from datetime import UTC, datetime

from ulid import ULID

TEMPLATE_ID_PATTERN = r"^[A-Z0-9]{26}$"
"""The contract's pattern for a template id in a job; real ids are stricter."""
JOB_ID_PATTERN = r"^[0-9A-HJKMNP-TV-Z]{26}$"


def new_id() -> str:
    """Return a new ULID."""
    return str(ULID())


def now() -> datetime:
    """Return the current time, in UTC, in whole milliseconds, as the contract's timestamps have."""
    return to_milliseconds(datetime.now(UTC))


def to_milliseconds(moment: datetime) -> datetime:
    """Return the moment, truncated to whole milliseconds."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def timestamp(moment: datetime) -> str:
    """Return ISO 8601 in UTC with milliseconds, such as `2025-05-14T12:00:00.000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + (
        f"{moment.microsecond // 1000:03d}Z"
    )
