"""Stacks in an account that answers what a test tells it to, in AWS's own shapes."""

from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber

from intarsia.operating.deployed_stack import DeployedStack

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OUTPUTS = {"ApiUrl": "https://api.example.com", "TableName": "studio"}


@pytest.fixture
def stack_of():
    """A stack of `resources` ((type, logical id, physical id), …), and an account that answers.

    `answers` has for each service the operations that it is asked, in that order, each with what
    it answers, or with the code of its error. botocore holds them against its own descriptions.
    """
    stubs = []

    def make(resources=(), parameters=(), *, status="CREATE_COMPLETE", outputs=OUTPUTS, **answers):
        listed = [
            {
                "ResourceType": kind,
                "LogicalResourceId": logical,
                "LastUpdatedTimestamp": "2026-11-24T09:00:00Z",
                "ResourceStatus": "CREATE_COMPLETE" if physical else "CREATE_FAILED",
            }
            | ({"PhysicalResourceId": physical} if physical else {})
            for kind, logical, physical in resources
        ]
        stack = {
            "StackName": "Intarsia",
            "CreationTime": "2026-11-24T09:00:00Z",
            "StackStatus": status,
            "Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in outputs.items()],
            "Parameters": list(parameters),
        }
        answers["cloudformation"] = [
            ("describe_stacks", {"Stacks": [stack]}),
            ("list_stack_resources", {"StackResourceSummaries": listed}),
        ]
        clients = {}
        for service, asked in answers.items():
            name = service.replace("_", "-")
            clients[name] = boto3.client(
                name, "eu-west-1", aws_access_key_id="key", aws_secret_access_key="secret"
            )
            stub = Stubber(clients[name])
            for operation, answer in asked:
                if isinstance(answer, str):
                    stub.add_client_error(operation, answer)
                else:
                    stub.add_response(operation, answer)
            stub.activate()
            stubs.append(stub)
        return DeployedStack(clients.__getitem__, "Intarsia", NOW)

    yield make
    for stub in stubs:
        stub.assert_no_pending_responses()
