"""A deployed stack: what CloudFormation knows of it, and clients to ask about the rest."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

Clients = Callable[[str], Any]

GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
"""States of a stack whose last deployment came to its end."""
_GONE = {"DELETE_COMPLETE", "DELETE_SKIPPED"}


class DeployedStack:
    """Outputs, parameters and resources of a stack.

    Raises ClientError when there is none, LookupError when it is not one of ours.
    """

    def __init__(self, clients: Clients, name: str, now: datetime | None = None) -> None:
        self.clients = clients
        self.now = now or datetime.now(UTC)
        """The moment of the look, by which what is old is told from what is young."""
        client = clients("cloudformation")
        stack = client.describe_stacks(StackName=name)["Stacks"][0]
        self.name = name
        self.status = str(stack["StackStatus"])
        self.outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
        self.stands = {"ApiUrl", "TableName"} <= self.outputs.keys()
        """Whether there is anything to look at: a first deployment that stopped has no outputs."""
        if not self.stands and self.status in GOOD:
            raise LookupError("it has no ApiUrl and TableName among its outputs")
        parameters = stack.get("Parameters", [])
        self.parameters = {each["ParameterKey"]: each["ParameterValue"] for each in parameters}
        self.resolved = {each["ParameterKey"]: each.get("ResolvedValue") for each in parameters}
        """Of a parameter that names an SSM parameter, what was in that when it was deployed."""
        pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
        # One that could not be made has no id, or one that leads nowhere.
        self._resources = [
            each
            for page in pages
            for each in page["StackResourceSummaries"]
            if each.get("PhysicalResourceId") and each["ResourceStatus"] not in _GONE
        ]

    def ids(self, kind: str, part: str = "") -> list[str]:
        """Physical ids of its resources of a type whose logical id has `part` in it."""
        return [
            each["PhysicalResourceId"]
            for each in self._resources
            if each["ResourceType"] == kind and part in each["LogicalResourceId"]
        ]

    @cached_property
    def functions(self) -> dict[str, dict[str, Any]]:
        """Configurations of its functions by name; one that somebody has deleted is not in it."""
        client = self.clients("lambda")
        found = {}
        for name in self.ids("AWS::Lambda::Function"):
            with suppress(client.exceptions.ResourceNotFoundException):
                found[name] = client.get_function_configuration(FunctionName=name)
        return found

    def setting(self, key: str) -> str | None:
        """What functions are told in their environment under `key`, if any is."""
        for function in self.functions.values():
            variables = function.get("Environment", {}).get("Variables", {})
            if key in variables:
                return str(variables[key])
        return None
