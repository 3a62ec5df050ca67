"""The workflow: the RenderJob state machine, its two Lambda functions, and the janitor."""

import json

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from intarsia import names
from stacks.acknowledge import acknowledge
from stacks.data import Data
from stacks.fleet import Fleet
from stacks.functions import FunctionMaker, FunctionPlan
from stacks.lines import allow_lines, depths
from stacks.linux_fleet import first_linux_capacity
from stacks.log_groups import log_group
from stacks.settings import Settings
from stacks.statements import EVERY_TEAM, allow
from stacks.workflow_definition import definition, gpu_substitutions
from stacks.workflow_role import workflow_role

NEXT_SWEEP = "A failed sweep leaves nothing to keep: the next one checks everything again."
"""Reason, for cdk-nag and checkov, why the janitor has no dead-letter queue."""
EVERY_EXECUTION = "An execution has the name of its job, which is not known in advance."
"""Reason, for cdk-nag, of permissions for every execution of the state machine."""


class Workflow(Construct):
    """The RenderJob state machine, which has one execution per job, and its Lambda functions.

    A parent's execution starts its children's executions.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        data: Data,
        fleet: Fleet,
        functions: FunctionMaker,
    ) -> None:
        super().__init__(scope, construct_id)
        self.name = f"{settings.name}-RenderJob"
        self.join = self._join(functions, data)
        self.settle = self._settle(functions, data)
        self.machine = self._machine(settings, data, fleet)
        self.janitor = self._janitor(settings, functions, data)

    def allow_starting(self, who: lambda_.Function) -> None:
        """Let the function `who` start executions of the state machine."""
        allow(who, self.machine.state_machine_arn, "states:StartExecution")

    def allow_stopping(self, who: lambda_.Function) -> None:
        """Let the function `who` stop executions of the state machine."""
        allow(who, self.execution_arns, "states:StopExecution", why=EVERY_EXECUTION)

    @property
    def execution_arns(self) -> str:
        """ARN pattern that matches every execution of the state machine."""
        arn: str = Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{self.name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        return arn

    def _join(self, functions: FunctionMaker, data: Data) -> lambda_.Function:
        function = functions.make(
            self,
            FunctionPlan(
                name="join",
                description="Inserts the children's outputs into the parent's manifest",
                timeout=Duration.minutes(1),
                environment={
                    names.ENV_TABLE: data.table.table_name,
                    names.ENV_RENDERS_BUCKET: data.renders.bucket_name,
                },
            ),
        )
        allow(
            function,
            data.table.table_arn,
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:UpdateItem",
        )
        manifests = data.renders.arn_for_objects("jobs/*")
        allow(function, manifests, "s3:GetObject", "s3:PutObject", why=EVERY_TEAM)
        return function

    def _settle(self, functions: FunctionMaker, data: Data) -> lambda_.Function:
        function = functions.make(
            self,
            FunctionPlan(
                name="settle",
                description="Finishes, retries or fails a job at the end of its render tasks",
                timeout=Duration.minutes(1),
                environment={names.ENV_TABLE: data.table.table_name},
            ),
        )
        allow(
            function,
            data.table.table_arn,
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:UpdateItem",
        )
        return function

    def _machine(self, settings: Settings, data: Data, fleet: Fleet) -> sfn.StateMachine:
        role = workflow_role(
            self,
            machine_name=self.name,
            data=data,
            fleet=fleet,
            functions=[self.join, self.settle],
        )
        first, second = fleet.network.subnet_ids
        return sfn.StateMachine(
            self,
            "RenderJob",
            state_machine_name=self.name,
            state_machine_type=sfn.StateMachineType.STANDARD,
            role=role,
            definition_body=sfn.DefinitionBody.from_string(json.dumps(definition(settings))),
            definition_substitutions={
                "Table": data.table.table_name,
                "JoinFunction": self.join.function_arn,
                "SettleFunction": self.settle.function_arn,
                "Cluster": fleet.cluster.cluster_arn,
                "LinuxTask": fleet.linux.family,
                "FirstLinuxCapacity": first_linux_capacity(settings),
                "SubnetA": first,
                "SubnetB": second,
                "SecurityGroup": fleet.network.security_group.security_group_id,
                "Container": names.WORKER_CONTAINER,
                "JobIdVariable": names.ENV_JOB_ID,
                "AttemptVariable": names.ENV_ATTEMPT,
                "PieceVariable": names.ENV_PIECE,
                "CapacityVariable": names.ENV_CAPACITY,
            }
            | gpu_substitutions(settings, fleet.gpu),
            tracing_enabled=True,
            logs=sfn.LogOptions(
                # With this prefix the log's resource policy cannot outgrow its size limit.
                destination=log_group(self, "Log", f"/aws/vendedlogs/states/{self.name}", settings),
                level=sfn.LogLevel.ALL,
                include_execution_data=True,  # ids, never bodies
            ),
        )

    def _janitor(
        self, settings: Settings, functions: FunctionMaker, data: Data
    ) -> lambda_.Function:
        function = functions.make(
            self,
            FunctionPlan(
                name="janitor",
                description="Restarts trees whose execution was lost",
                timeout=Duration.minutes(4),
                no_dead_letters=NEXT_SWEEP,
                environment={
                    names.ENV_TABLE: data.table.table_name,
                    names.ENV_STATE_MACHINE: self.machine.state_machine_arn,
                    **depths(settings),
                },
            ),
        )
        allow_lines(function, data)
        allow(function, data.table.table_arn, "dynamodb:UpdateItem")
        allow(function, f"{data.table.table_arn}/index/{names.INDEX_ACTIVE}", "dynamodb:Query")
        self.allow_starting(function)
        allow(function, self.machine.state_machine_arn, "states:ListExecutions")
        allow(function, self.execution_arns, "states:DescribeExecution", why=EVERY_EXECUTION)
        sweep = events.Rule(
            self,
            "Sweep",
            description="Looks for lost executions",
            schedule=events.Schedule.rate(Duration.minutes(5)),
            targets=[targets.LambdaFunction(function, retry_attempts=0)],
        )
        acknowledge(sweep, NEXT_SWEEP, "Serverless-EventBusDLQ")
        return function
