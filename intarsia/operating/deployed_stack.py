"""A deployed CloudFormation stack: its description, and AWS clients for everything else."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

Clients = Callable[[str], Any]

GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
"""Statuses of a stack whose last deployment succeeded."""
_GONE = {"DELETE_COMPLETE", "DELETE_SKIPPED"}


class DeployedStack:
    """Outputs, parameters and resources of a stack.

    `clients` returns the boto3 client of a service by name, such as `ecs`. `name` is the stack's
    name. `now` None: the current time. Raises botocore's ClientError if the stack does not exist,
    and LookupError if it is not an Intarsia stack.
    """

    def __init__(self, clients: Clients, name: str, now: datetime | None = None) -> None:
        self.clients = clients
        self.now = now or datetime.now(UTC)
        """The time of the examination, to which all ages are relative."""
        client = clients("cloudformation")
        stack = client.describe_stacks(StackName=name)["Stacks"][0]
        self.name = name
        self.status = str(stack["StackStatus"])
        self.outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
        self.stands = {"ApiUrl", "TableName"} <= self.outputs.keys()
        """Whether the stack has the outputs of an installation.

        It has none if its first deployment failed.
        """
        if not self.stands and self.status in GOOD:
            raise LookupError("not an Intarsia stack: it has no outputs ApiUrl and TableName")
        parameters = stack.get("Parameters", [])
        self.parameters = {each["ParameterKey"]: each["ParameterValue"] for each in parameters}
        self.resolved = {each["ParameterKey"]: each.get("ResolvedValue") for each in parameters}
        """Deployed values of the SSM parameters that stack parameters name, by stack parameter.

        The value is None for a stack parameter that names no SSM parameter.
        """
        pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
        # A resource that could not be created has no id, or the id of nothing.
        self._resources = [
            each
            for page in pages
            for each in page["StackResourceSummaries"]
            if each.get("PhysicalResourceId") and each["ResourceStatus"] not in _GONE
        ]

    def ids(self, kind: str, part: str = "") -> list[str]:
        """Return the physical ids of resources of type `kind` whose logical id contains `part`.

        `kind` is a CloudFormation type, such as `AWS::Lambda::Function`.
        """
        return [
            each["PhysicalResourceId"]
            for each in self._resources
            if each["ResourceType"] == kind and part in each["LogicalResourceId"]
        ]

    @cached_property
    def functions(self) -> dict[str, dict[str, Any]]:
        """Configurations of the stack's Lambda functions by name, without any deleted by hand."""
        client = self.clients("lambda")
        found = {}
        for name in self.ids("AWS::Lambda::Function"):
            with suppress(client.exceptions.ResourceNotFoundException):
                found[name] = client.get_function_configuration(FunctionName=name)
        return found

    def setting(self, key: str) -> str | None:
        """Return the environment variable `key` of the first Lambda function that has it.

        Returns None if no function has it.
        """
        for function in self.functions.values():
            variables = function.get("Environment", {}).get("Variables", {})
            if key in variables:
                return str(variables[key])
        return None
