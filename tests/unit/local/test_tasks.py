"""The task board against an ECS that answers as scripted."""

from datetime import UTC, datetime
from typing import Any

from intarsia.local.tasks import TaskBoard


class Ecs:
    """Lists and describes what the test says."""

    def __init__(self) -> None:
        self.listed: list[str] = []
        self.running: set[str] = set()

    def get_paginator(self, _operation: str) -> Any:
        return self

    def paginate(self, **_: Any) -> Any:
        # Two pages, as the emulator cuts them.
        return [{"taskArns": self.listed[:1]}, {"taskArns": self.listed[1:]}]

    def describe_tasks(self, *, cluster: str, tasks: list[str]) -> Any:
        return {
            "tasks": [
                {
                    "taskArn": arn,
                    "taskDefinitionArn": "definition",
                    "lastStatus": "RUNNING" if arn in self.running else "STOPPED",
                    "createdAt": datetime.now(UTC),
                    "overrides": {
                        "containerOverrides": [
                            {"name": "other", "command": ["not", "mine"]},
                            {
                                "name": "worker",
                                "command": ["own", "command"],
                                "environment": [{"name": "A", "value": "override"}],
                            },
                        ]
                    },
                }
                for arn in tasks
            ]
        }

    def describe_task_definition(self, **_: Any) -> Any:
        environment = [{"name": "A", "value": "definition"}, {"name": "B", "value": "definition"}]
        container = {"name": "worker", "environment": environment}
        return {"taskDefinition": {"containerDefinitions": [container]}}


def _look(board: TaskBoard) -> tuple[list[str], list[str]]:
    fresh, gone = board.look()
    return [task.arn for task in fresh], gone


def test_a_running_task_that_fell_between_two_pages_is_neither_gone_nor_new_again() -> None:
    ecs = Ecs()
    board = TaskBoard(ecs, "renders")
    ecs.listed, ecs.running = ["x/1", "x/2", "x/3"], {"x/1", "x/2", "x/3"}
    assert _look(board) == (["x/1", "x/2", "x/3"], [])
    ecs.listed, ecs.running = ["x/3"], {"x/2", "x/3"}
    assert _look(board) == ([], ["x/1"])
    ecs.listed = ["x/2", "x/3"]
    assert _look(board) == ([], [])


def test_a_task_that_stopped_before_it_was_looked_at_is_never_fresh() -> None:
    ecs = Ecs()
    ecs.listed = ["x/1"]
    assert _look(TaskBoard(ecs, "renders")) == ([], [])


def test_overrides_go_before_the_definition_container_by_container() -> None:
    ecs = Ecs()
    ecs.listed, ecs.running = ["x/1"], {"x/1"}
    ((task,), _) = TaskBoard(ecs, "renders").look()
    assert task.environment == {"A": "override", "B": "definition"}
    assert task.command == ["own", "command"]
    assert task.id == "1"
