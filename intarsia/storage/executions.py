"""Executions of the RenderJob state machine: one per job, named after it."""

import json
from typing import Any

from botocore.exceptions import ClientError

from intarsia.domain.traces import TraceHeader

LISTED_AT_ONCE = 1000
"""Executions per ListExecutions request: the most that AWS allows. AWS's default is 100."""


def execution_name(job_id: str, run: int) -> str:
    """Return the name of a job's execution: the job's id, followed by `-<run>` after a restart.

    `run` counts the restarts, from 0.
    """
    return job_id if run == 0 else f"{job_id}-{run}"


class Executions:
    """The executions of one Step Functions state machine."""

    def __init__(self, client: Any, state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn
        register = client.meta.events.register
        start = "sfn.StartExecution"
        register(f"before-parameter-build.{start}", _keep_trace, unique_id="keep-trace")
        register(f"before-call.{start}", _prefer_kept_trace, unique_id="prefer-trace")

    def start(self, job_id: str, run: int = 0, trace: str | None = None) -> None:
        """Start a job's Step Functions execution. Does nothing if the execution of `run` exists.

        `run` counts the restarts of the job's execution, from 0. `trace` is the stored X-Ray trace
        header of the request that submitted the job; None: not traced.
        """
        header = TraceHeader.read(trace)
        traced = {"traceHeader": str(header)} if header else {}
        try:
            self._client.start_execution(
                stateMachineArn=self._state_machine_arn,
                name=execution_name(job_id, run),
                input=json.dumps({"jobId": job_id, "run": run}),
                **traced,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise

    def stop(self, job_id: str, run: int, reason: str) -> None:
        """Stop a job's execution and the ECS task that it waits for.

        `run` counts the restarts, from 0. `reason` is recorded as the execution's cause of failure.
        Does nothing if the execution has ended or does not exist.
        """
        try:
            self._client.stop_execution(
                executionArn=self._execution_arn(job_id, run), error="Cancelled", cause=reason
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
                raise

    def running(self, job_id: str, run: int) -> bool:
        """Return whether a job's execution exists and has not ended. `run` counts the restarts."""
        try:
            answer = self._client.describe_execution(executionArn=self._execution_arn(job_id, run))
        except ClientError as error:
            if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
                return False
            raise
        return bool(answer["status"] == "RUNNING")

    def names_running(self) -> set[str]:
        """Return the names of all executions that have not ended; the list may be seconds old."""
        pages = self._client.get_paginator("list_executions").paginate(
            stateMachineArn=self._state_machine_arn,
            statusFilter="RUNNING",
            PaginationConfig={"PageSize": LISTED_AT_ONCE},
        )
        return {execution["name"] for page in pages for execution in page["executions"]}

    def _execution_arn(self, job_id: str, run: int) -> str:
        machine = self._state_machine_arn.replace(":stateMachine:", ":execution:")
        return f"{machine}:{execution_name(job_id, run)}"


def _keep_trace(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    context["given_trace"] = params.get("traceHeader")


def _prefer_kept_trace(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """Send the given trace header instead of the one that botocore adds in a Lambda function.

    botocore adds the header of the Lambda function's own invocation, and Step Functions prefers it
    to `traceHeader`. Without this hook, a waiting job would be traced to the request that caused
    its admission.
    """
    if trace := context["given_trace"]:
        params["headers"]["X-Amzn-Trace-Id"] = trace
