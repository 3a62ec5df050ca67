"""Lambda functions: a shared code asset and layer, with a role and a log group per function."""

from dataclasses import dataclass, field
from pathlib import Path

from aws_cdk import Duration, IgnoreMode, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.layer import build_layer
from stacks.log_groups import log_group
from stacks.settings import Settings

ROOT = Path(__file__).parents[1]

# The asset is the repository without the parts that functions do not import.
NOT_IN_FUNCTIONS = [
    "/*",
    "!/intarsia",
    "!/lambdas",
    "/intarsia/cli",
    "/intarsia/client",
    "/intarsia/local",
    "__pycache__",
    "*.pyc",
]


class FunctionMaker(Construct):
    """Factory of the Lambda functions, which share one code asset and one layer."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        self._name = settings.name
        self._settings = settings
        self._code = lambda_.Code.from_asset(
            str(ROOT), exclude=NOT_IN_FUNCTIONS, ignore_mode=IgnoreMode.GIT
        )
        self._layers = [self._layer()] if settings.layer == "build" else []

    def make(self, scope: Construct, plan: "FunctionPlan") -> lambda_.Function:
        """Create the Lambda function of `plan` as a construct in `scope`.

        It may only write its log, traces and dead letters. The caller grants all else.
        """
        construct_id = plan.name.capitalize()
        group = log_group(
            scope, f"{construct_id}Log", f"/aws/lambda/{self._name}-{plan.name}", self._settings
        )
        role = iam.Role(
            scope,
            f"{construct_id}Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"Permissions of {self._name}-{plan.name}",
        )
        group.grant_write(role)
        function = lambda_.Function(
            scope,
            construct_id,
            function_name=f"{self._name}-{plan.name}",
            description=plan.description,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"lambdas.{plan.name}.handler.handler",
            code=self._code,
            layers=self._layers,
            role=role,
            log_group=group,
            environment=plan.environment,
            timeout=plan.timeout,
            memory_size=plan.memory,
            ephemeral_storage_size=plan.storage,
            tracing=lambda_.Tracing.ACTIVE,
            dead_letter_queue=plan.dead_letters,
        )
        acknowledge(
            function,
            "Python 3.13: every package of the layer has a wheel for it.",
            "AwsSolutions-L1",
            "Serverless-LambdaLatestVersion",
        )
        acknowledge(
            role,
            "X-Ray supports no narrower resource for segments.",
            "AwsSolutions-IAM5[Resource::*]",
        )
        if plan.dead_letters is None:
            acknowledge(function, plan.no_dead_letters, "Serverless-LambdaDLQ", "CKV_AWS_116")
        acknowledge(
            function,
            "Reserved concurrency is taken from all other functions of the account, even while "
            "this one is idle. Calls are limited at their source: by the API's throttling, a "
            "stream's shards or the concurrency of the webhooks' queue.",
            "CKV_AWS_115",
        )
        acknowledge(
            function,
            "It calls public AWS APIs and Internet hosts, and nothing private. In a VPC these "
            "calls would require gateways that cost by the hour.",
            "CKV_AWS_117",
        )
        acknowledge(
            function,
            "The environment contains names of the stack's parts and no secrets. Lambda encrypts "
            "it with an AWS key.",
            "CKV_AWS_173",
        )
        return function

    def _layer(self) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            "Packages",
            description="Third-party packages of Intarsia's functions",
            code=lambda_.Code.from_asset(str(build_layer(ROOT))),
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
            compatible_architectures=[lambda_.Architecture.ARM_64],
        )


@dataclass(frozen=True)
class FunctionPlan:
    """Properties of one Lambda function in which it differs from the others."""

    name: str
    """Name of the function's folder in `lambdas/`, and last part of the function's name."""
    description: str
    timeout: Duration
    environment: dict[str, str] = field(default_factory=dict)
    memory: int = 512  # MiB
    storage: Size | None = None
    """Size of the folder /tmp; None: Lambda's default, 512 MB."""
    dead_letters: sqs.IQueue | None = None
    """Queue for events whose asynchronous invocation has failed three times; None: no queue."""
    no_dead_letters: str = (
        "Callers wait for its response, or an event source mapping retries. There are no "
        "asynchronous events to keep."
    )
    """Reason, for cdk-nag and checkov, why there is no dead-letter queue.

    It is not used if `dead_letters` is set.
    """
