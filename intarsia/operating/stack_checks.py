"""Reads of a deployed stack that say whether it is well, and what to do where it is not."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from intarsia.operating.deployed_stack import DeployedStack
from intarsia.operating.findings import Finding
from intarsia.operating.image_checks import gpu_machine_image, linux_image, windows_image
from intarsia.operating.line_checks import lines, old_jobs
from intarsia.operating.machine_checks import capacity, groups, unregistered
from intarsia.operating.notice_checks import alarms, dead_letters, receivers, subscriptions
from intarsia.operating.part_checks import api, functions, status, table
from intarsia.operating.quota_checks import fargate, gpu_vcpus, lambda_calls

Check = Callable[[DeployedStack, datetime], Iterator[Finding]]


def _timeless(check: Callable[[DeployedStack], Iterator[Finding]]) -> Check:
    return lambda stack, _: check(stack)


CHECKS: tuple[tuple[str, Check], ...] = (
    ("stack", _timeless(status)),
    ("API", _timeless(api)),
    ("table", _timeless(table)),
    ("functions", _timeless(functions)),
    ("Linux image", _timeless(linux_image)),
    ("Windows image", _timeless(windows_image)),
    ("machines' image", _timeless(gpu_machine_image)),
    ("capacity", _timeless(capacity)),
    ("machines", groups),
    ("machines in the cluster", unregistered),
    ("quota of Lambda", _timeless(lambda_calls)),
    ("quotas of Fargate", _timeless(fargate)),
    ("quotas of GPU machines", _timeless(gpu_vcpus)),
    ("line", lines),
    ("jobs", old_jobs),
    ("dead letters", _timeless(dead_letters)),
    ("alarms", _timeless(alarms)),
    ("alarms' address", _timeless(subscriptions)),
    ("webhook rules", _timeless(receivers)),
)
"""What is looked at, in the order of the report, by what is said if it cannot be read."""


def examine(stack: DeployedStack, now: datetime | None = None) -> Iterator[Finding]:
    """All findings, one after the other; what cannot be read is one too."""
    moment = now or datetime.now(UTC)
    for what, check in CHECKS if stack.stands else CHECKS[:1]:
        try:
            yield from check(stack, moment)
        except ClientError as error:
            yield Finding(what, f"cannot be read: {error}", "is this the right account and role?")
        except (BotoCoreError, httpx.HTTPError) as error:
            yield Finding(what, f"cannot be reached: {error}", "can it be reached from here?")
