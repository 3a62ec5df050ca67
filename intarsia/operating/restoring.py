"""Bringing back what was lost: items of a restored table that the installation's own has not."""

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
    """What can be brought back."""

    TEMPLATES = "templates"
    FONTS = "fonts"
    SECRETS = "secrets"
    """Their names: values are in Secrets Manager."""
    JOBS = "jobs"
    """Those that had ended. One that was under way is better submitted anew."""
    BATCHES = "batches"
    KEYS = "keys"


USUAL = tuple(kind for kind in Kind if kind is not Kind.KEYS)
"""Not keys: one that was revoked since would open the door again."""

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
    """Copy items of these kinds from one table to another that has none under the same key.

    What is there is never written over, so it may be repeated. Returns how many were copied.
    Raises ClientError.
    """
    copied: Counter[Kind] = Counter()
    for page in client.get_paginator("scan").paginate(TableName=source, ConsistentRead=True):
        for item in page["Items"]:
            kind = _kind(item)
            if kind is not None and kind in kinds and _put(client, target, item):
                copied[kind] += 1
    return copied


def _kind(item: dict[str, Any]) -> Kind | None:
    """None for what is not brought back: lines, and jobs under way."""
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
