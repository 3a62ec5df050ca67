"""Executions of the RenderJob state machine: one per job, named after it."""

import json
from typing import Any

from botocore.exceptions import ClientError

from intarsia.domain.traces import TraceHeader


def execution_name(job_id: str, run: int) -> str:
    """A job's id is its execution's name; started again after a loss, it has a suffix."""
    return job_id if run == 0 else f"{job_id}-{run}"


class Executions:
    """Starts and looks at executions of one state machine."""

    def __init__(self, client: Any, state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn
        register = client.meta.events.register
        start = "sfn.StartExecution"
        register(f"before-parameter-build.{start}", _keep_trace, unique_id="keep-trace")
        register(f"before-call.{start}", _prefer_kept_trace, unique_id="prefer-trace")

    def start(self, job_id: str, run: int = 0, trace: str | None = None) -> None:
        """Start a job. Harmless when it is started already.

        `trace` is X-Ray's header of the request from which the job comes, as it was stored.
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
        """Stop a job's execution, and with it the task it waits for. Harmless if it is over."""
        try:
            self._client.stop_execution(
                executionArn=self._execution_arn(job_id, run), error="Cancelled", cause=reason
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
                raise

    def running(self, job_id: str, run: int) -> bool:
        """Whether a job's execution is there and has not ended."""
        try:
            answer = self._client.describe_execution(executionArn=self._execution_arn(job_id, run))
        except ClientError as error:
            if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
                return False
            raise
        return bool(answer["status"] == "RUNNING")

    def names_running(self) -> set[str]:
        """Names of all executions that have not ended, a thousand a request; seconds old."""
        pages = self._client.get_paginator("list_executions").paginate(
            stateMachineArn=self._state_machine_arn, statusFilter="RUNNING"
        )
        return {execution["name"] for page in pages for execution in page["executions"]}

    def _execution_arn(self, job_id: str, run: int) -> str:
        machine = self._state_machine_arn.replace(":stateMachine:", ":execution:")
        return f"{machine}:{execution_name(job_id, run)}"


def _keep_trace(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    context["given_trace"] = params.get("traceHeader")


def _prefer_kept_trace(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """In a function botocore sends the header of the function's own call, which Step Functions
    prefers to the one in the request: what waited would be traced to who let it in."""
    if trace := context["given_trace"]:
        params["headers"]["X-Amzn-Trace-Id"] = trace
