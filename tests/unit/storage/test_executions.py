"""An execution a job, named after it: starting it twice is starting it once."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from intarsia.domain.ids import new_id
from intarsia.storage.executions import Executions, execution_name

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:studio-RenderJob"
EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:studio-RenderJob"


@pytest.fixture
def client(aws):
    return boto3.client("stepfunctions")


@pytest.fixture
def stub(client):
    with Stubber(client) as stubbed:
        yield stubbed


@pytest.fixture
def executions(client):
    return Executions(client, MACHINE)


@pytest.mark.parametrize("run", [0, 1, 99_999])
def test_a_name_fits_into_what_step_functions_takes(run):
    assert len(execution_name(new_id(), run)) <= 80


def test_no_run_has_the_name_of_another():
    """A name is free again only after 90 days."""
    job = new_id()
    assert len({execution_name(job, run) for run in range(20)}) == 20


def test_a_start_says_which_job_and_nothing_of_what_is_in_it(stub, executions):
    given = {
        "stateMachineArn": MACHINE,
        "name": "a-2",
        "input": json.dumps({"jobId": "a", "run": 2}),
    }
    stub.add_response("start_execution", {"executionArn": EXECUTION, "startDate": 0}, given)

    executions.start("a", 2)

    stub.assert_no_pending_responses()


def test_who_starts_a_job_that_has_been_started_is_content(stub, executions):
    stub.add_client_error("start_execution", "ExecutionAlreadyExists", http_status_code=400)

    executions.start("a")

    stub.assert_no_pending_responses()


def test_any_other_refusal_is_told(stub, executions):
    stub.add_client_error("start_execution", "ExecutionLimitExceeded", http_status_code=400)

    with pytest.raises(ClientError, match="ExecutionLimitExceeded"):
        executions.start("a")


def test_who_stops_what_was_never_started_is_content(stub, executions):
    stub.add_client_error("stop_execution", "ExecutionDoesNotExist", http_status_code=400)

    executions.stop("a", 0, "cancelled")

    stub.assert_no_pending_responses()


def test_what_was_never_started_does_not_run(stub, executions):
    stub.add_client_error("describe_execution", "ExecutionDoesNotExist", http_status_code=400)

    assert executions.running("a", 0) is False
