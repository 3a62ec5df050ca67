"""All checks of a deployed stack, in the order of the report."""

from collections.abc import Callable, Iterator

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

CHECKS: tuple[tuple[str, Callable[[DeployedStack], Iterator[Finding]]], ...] = (
    ("stack", status),
    ("API", api),
    ("table", table),
    ("functions", functions),
    ("Linux image", linux_image),
    ("Windows image", windows_image),
    ("GPU machine image", gpu_machine_image),
    ("capacity", capacity),
    ("machines", groups),
    ("machines in the cluster", unregistered),
    ("quota of Lambda", lambda_calls),
    ("quotas of Fargate", fargate),
    ("quotas of GPU machines", gpu_vcpus),
    ("admission queue", lines),
    ("jobs", old_jobs),
    ("dead letters", dead_letters),
    ("alarms", alarms),
    ("alarm address", subscriptions),
    ("webhook rules", receivers),
)
"""The checks in the order of the report.

Each has the name under which an error is reported if the state that it checks cannot be read.
"""


def examine(stack: DeployedStack) -> Iterator[Finding]:
    """Yield the findings of all checks, in order.

    A check that fails with an error of AWS or of the network yields a finding with the error. For a
    stack without outputs, only its status is checked.
    """
    for what, check in CHECKS if stack.stands else CHECKS[:1]:
        try:
            yield from check(stack)
        except ClientError as error:
            yield Finding(what, f"cannot be read: {error}", "check the account and the role")
        except (BotoCoreError, httpx.HTTPError) as error:
            yield Finding(what, f"cannot be reached: {error}", "check the network connection")
