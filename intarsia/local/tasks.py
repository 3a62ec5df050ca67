"""Access to the emulator's ECS tasks for the local fleet."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

DESCRIBED_AT_ONCE = 100  # DescribeTasks' limit


@dataclass(frozen=True)
class Task:
    """An ECS task that should run."""

    arn: str
    container: str
    """Name of the task's container in its task definition."""
    created_at: datetime
    environment: dict[str, str] = field(default_factory=dict)
    """Environment variables of the container: the task definition's, then RunTask's overrides."""
    command: list[str] = field(default_factory=list)
    """Command that RunTask sets instead of the container's own; empty if it sets none."""
    role: str | None = None
    """ARN of the IAM role that the worker acts as; None if the task definition has none."""

    @property
    def id(self) -> str:
        """Id of the task: the last part of its ARN."""
        return self.arn.rsplit("/", 1)[-1]


class TaskBoard:
    """The running tasks of one ECS cluster."""

    def __init__(self, ecs: Any, cluster: str) -> None:
        self._ecs = ecs
        self._cluster = cluster
        self._definitions: dict[str, dict[str, Any]] = {}
        self._known: set[str] = set()

    def look(self) -> tuple[list[Task], list[str]]:
        """Return the running tasks that are new since the last call, and the ARNs of ended ones."""
        pages = self._ecs.get_paginator("list_tasks").paginate(
            cluster=self._cluster, desiredStatus="RUNNING"
        )
        listed = {arn for page in pages for arn in page["taskArns"]}
        fresh = [self._task(task) for task in self._running(listed - self._known)]
        missing = self._known - listed
        # Pages are offsets: when a task stops between two pages, a running one is left out.
        gone = missing - {task["taskArn"] for task in self._running(missing)}
        self._known = self._known.union(task.arn for task in fresh) - gone
        return fresh, sorted(gone)

    def report(self, task: Task, exit_code: int) -> None:
        """Report to ECS that the task's container has ended."""
        self._ecs.submit_container_state_change(
            cluster=self._cluster,
            task=task.arn,
            containerName=task.container,
            status="STOPPED",
            exitCode=exit_code,
            reason=f"the worker ended with exit code {exit_code}",
        )

    def stop(self, task: Task, reason: str) -> None:
        """Stop a task in ECS that no worker will run. ECS records `reason`."""
        self._ecs.stop_task(cluster=self._cluster, task=task.arn, reason=reason)

    def _running(self, arns: set[str]) -> list[dict[str, Any]]:
        ordered = sorted(arns)
        found: list[dict[str, Any]] = []
        for start in range(0, len(ordered), DESCRIBED_AT_ONCE):
            batch = ordered[start : start + DESCRIBED_AT_ONCE]
            answer = self._ecs.describe_tasks(cluster=self._cluster, tasks=batch)
            found += [task for task in answer["tasks"] if task["lastStatus"] == "RUNNING"]
        return found

    def _task(self, described: dict[str, Any]) -> Task:
        definition = self._definition(described["taskDefinitionArn"])
        container = definition["containerDefinitions"][0]
        name = container["name"]
        overrides = described.get("overrides", {}).get("containerOverrides", [])
        override: dict[str, Any] = next((one for one in overrides if one.get("name") == name), {})
        variables = [*container.get("environment", []), *override.get("environment", [])]
        return Task(
            arn=described["taskArn"],
            container=name,
            created_at=described["createdAt"],
            environment={variable["name"]: variable["value"] for variable in variables},
            command=override.get("command", []),
            role=definition.get("taskRoleArn"),
        )

    def _definition(self, arn: str) -> dict[str, Any]:
        if arn not in self._definitions:
            answer = self._ecs.describe_task_definition(taskDefinition=arn)
            self._definitions[arn] = answer["taskDefinition"]
        return self._definitions[arn]
