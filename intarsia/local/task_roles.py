"""Credentials of a task's role.

ECS hands every task temporary credentials of its role. Here the emulator's process registers a
session when a task is run, and the fleet gives it to the worker; both derive it from the task's
ARN. The emulator then holds a worker to its IAM policy, as it does functions.
"""

import hashlib


def credentials(task_arn: str, role_arn: str) -> dict[str, str]:
    """The session of a task's role, as environment variables."""

    def part(name: str) -> str:
        return hashlib.sha256(f"{name}:{task_arn}:{role_arn}".encode()).hexdigest()

    return {
        # A temporary key's form.
        "AWS_ACCESS_KEY_ID": f"ASIA{part('key')[:16].upper()}",
        "AWS_SECRET_ACCESS_KEY": part("secret"),
        "AWS_SESSION_TOKEN": part("token"),
    }
