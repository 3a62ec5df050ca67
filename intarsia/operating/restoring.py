"""Restoration of lost items: they are copied from a restored table to the installation's table."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError

from intarsia.domain.states import Status
from intarsia.names import (
    BATCH_ITEMS,
    FONT_ITEMS,
    JOB_ITEMS,
    KEY_ITEMS,
    SECRET_ITEMS,
    TEMPLATE_ITEMS,
)


class Kind(StrEnum):
    """A kind of item of the table that can be restored."""

    TEMPLATES = "templates"
    FONTS = "fonts"
    SECRETS = "secrets"
    """Names of secrets. Their values are not restored, because they are in Secrets Manager."""
    JOBS = "jobs"
    """Jobs that have ended. Others are not restored; it is better to submit them again."""
    BATCHES = "batches"
    KEYS = "keys"


USUAL = tuple(kind for kind in Kind if kind is not Kind.KEYS)
"""The kinds to restore by default. API keys are excluded: a revoked one would be valid again."""

_PATTERNS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.TEMPLATES: f"{TEMPLATE_ITEMS}.*",
        Kind.FONTS: f"{FONT_ITEMS}.*",
        Kind.SECRETS: SECRET_ITEMS.format(team_id=".*"),
        Kind.JOBS: f"{JOB_ITEMS}.*",
        Kind.BATCHES: f"{BATCH_ITEMS}.*",
        Kind.KEYS: f"{KEY_ITEMS}.*",
    }
)


def restore(client: Any, source: str, target: str, kinds: Collection[Kind]) -> Counter[Kind]:
    """Copy items of `kinds` from table `source` to table `target`, and count the copied ones.

    `client` is a DynamoDB client. The result has the number of copied items by kind. An item whose
    key exists in `target` is not overwritten, so the call may be repeated. Raises botocore's
    ClientError if a table cannot be read or written.
    """
    copied: Counter[Kind] = Counter()
    for page in client.get_paginator("scan").paginate(TableName=source, ConsistentRead=True):
        for item in page["Items"]:
            kind = _kind(item)
            if kind is not None and kind in kinds and _put(client, target, item):
                copied[kind] += 1
    return copied


def _kind(item: dict[str, Any]) -> Kind | None:
    """Return an item's kind, or None if it is never restored, such as an unfinished job."""
    key = item["pk"]["S"]
    kind = next((kind for kind, one in _PATTERNS.items() if re.fullmatch(one, key)), None)
    if kind is Kind.JOBS and not Status(item["status"]["S"]).terminal:
        return None
    return kind


def _put(client: Any, table: str, item: dict[str, Any]) -> bool:
    try:
        client.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(pk)")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True
