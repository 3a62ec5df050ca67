"""The parts that the containers of both fleets have in common: environment and logs."""

from aws_cdk import aws_ecs as ecs
from constructs import Construct

from intarsia import names
from stacks.acknowledge import acknowledge
from stacks.data import Data
from stacks.log_groups import log_group
from stacks.settings import Settings


def worker_environment(fleet: str, data: Data, settings: Settings) -> dict[str, str]:
    """Return the environment variables of the workers of `fleet`, `gpu` or `linux`.

    The workflow adds a job's id and attempt when it starts a task.
    """
    return {
        # Before version 1.104.0 the ECS agent sets no region on EC2 instances
        # (aws/amazon-ecs-agent#4946). Without AWS_DEFAULT_REGION, the only variable it reads,
        # boto3 makes no client, and the worker ends before it can record the reason.
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        names.ENV_FLEET: fleet,
        names.ENV_TABLE: data.table.table_name,
        names.ENV_TEMPLATES_BUCKET: data.templates.bucket_name,
        names.ENV_RENDERS_BUCKET: data.renders.bucket_name,
        names.ENV_SECRETS_PREFIX: data.secrets_prefix,
        names.ENV_PRICE_FACTOR: str(settings.price_factor),
    }


def worker_logs(scope: Construct, fleet: str, settings: Settings) -> ecs.LogDriver:
    """Create the log group of the workers of `fleet`, and return the ECS log driver for it."""
    group = log_group(scope, "Log", f"/{settings.name}/workers/{fleet}", settings)
    return ecs.LogDriver.aws_logs(stream_prefix="render", log_group=group)


def acknowledge_environment(definition: ecs.TaskDefinition) -> None:
    """Accept cdk-nag's finding about values in a task definition's environment."""
    acknowledge(
        definition,
        "The environment contains the names of the table, the buckets and the fleet, and the "
        "location of secrets. None of it is secret.",
        "AwsSolutions-ECS2",
    )
