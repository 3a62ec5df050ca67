"""Quotas against what the stack is made to use."""

import pytest

from intarsia.names import ENV_LINUX_DEPTH
from intarsia.operating.quota_checks import fargate, gpu_vcpus, lambda_calls

FUNCTION = ("AWS::Lambda::Function", "AdmissionAdmit", "studio-admit")
TASK = ("AWS::ECS::TaskDefinition", "FleetLinuxTask", "arn:task")
MACHINE = (
    "AWS::StepFunctions::StateMachine",
    "Workflow",
    "arn:aws:states:eu-west-1:1:stateMachine:x",
)


def quota(value):
    return ("get_service_quota", {"Quota": {"Value": value}})


@pytest.mark.parametrize(("value", "good"), [(10.0, False), (100.0, True)])
def test_lambda(stack_of, value, good):
    (found,) = lambda_calls(stack_of(service_quotas=[quota(value)]))
    assert (found.said, not found.advice) == (f"{value:g}, up to 100 needed", good)


def test_a_quota_that_was_never_raised_is_the_one_of_every_account(stack_of):
    answers = [
        ("get_service_quota", "NoSuchResourceException"),
        ("get_aws_default_service_quota", {"Quota": {"Value": 1000.0}}),
    ]
    (found,) = lambda_calls(stack_of(service_quotas=answers))
    assert found.said.startswith("1000,")


@pytest.mark.parametrize("provider", ["FARGATE", "FARGATE_SPOT"])
def test_fargate_is_held_against_what_is_admitted_at_once(stack_of, provider):
    variables = {ENV_LINUX_DEPTH: "20"}
    machine = {
        "stateMachineArn": MACHINE[2],
        "name": "studio",
        "definition": f'{{"CapacityProvider": "{provider}"}}',
        "roleArn": "arn:aws:iam::123456789012:role/x",
        "type": "STANDARD",
        "creationDate": "2026-11-24T09:00:00Z",
    }
    spot = provider == "FARGATE_SPOT"
    stack = stack_of(
        [FUNCTION, TASK, MACHINE],
        service_quotas=[quota(6.0)] + [quota(40.0)] * spot,
        ecs=[("describe_task_definition", {"taskDefinition": {"cpu": "2048"}})],
        stepfunctions=[("describe_state_machine", machine)],
        **{"lambda": [("get_function_configuration", {"Environment": {"Variables": variables}})]},
    )
    on_demand, *rest = fargate(stack)
    assert on_demand.said == "6, up to 40 needed"
    assert on_demand.advice == (
        "request an increase to 40: docs/day-two.md, L-3032A538; or lower linuxDepth to 3"
    )
    assert [each.said for each in rest] == ["40, up to 40 needed"] * spot
    assert not any(each.advice for each in rest)


def group(name, types, on_demand=100, **fields):
    mixed = {
        "LaunchTemplate": {
            "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1", "Version": "1"},
            "Overrides": [{"InstanceType": each} for each in types],
        },
        "InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": on_demand},
    }
    return {
        "AutoScalingGroupName": name,
        "MinSize": 0,
        "MaxSize": 4,
        "DesiredCapacity": 0,
        "DefaultCooldown": 300,
        "AvailabilityZones": [],
        "HealthCheckType": "EC2",
        "CreatedTime": "2026-11-24T09:00:00Z",
        "MixedInstancesPolicy": mixed,
    } | fields


def sizes(*vcpus):
    return (
        "describe_instance_types",
        {"InstanceTypes": [{"VCpuInfo": {"DefaultVCpus": each}} for each in vcpus]},
    )


GROUPS = [
    ("AWS::AutoScaling::AutoScalingGroup", "OnDemand", "group"),
    ("AWS::AutoScaling::AutoScalingGroup", "Spot", "spot"),
]


def test_gpu_machines_are_counted_as_their_largest_type_and_by_how_they_are_paid(stack_of):
    types = ["g5.2xlarge", "g5.4xlarge"]
    found = [group("group", types), group("spot", types, on_demand=0)]
    stack = stack_of(
        GROUPS,
        autoscaling=[("describe_auto_scaling_groups", {"AutoScalingGroups": found})],
        ec2=[sizes(8, 16), sizes(8, 16)],
        service_quotas=[quota(0.0), quota(64.0)],
    )
    on_demand, spot = gpu_vcpus(stack)
    assert on_demand.said == "0, up to 64 needed"
    assert on_demand.advice.startswith("request an increase to 64: docs/day-two.md, L-DB2E81BA")
    assert (spot.what, spot.advice) == ("quota: vCPUs of G instances, Spot", "")


def test_the_type_of_a_group_without_a_policy_is_in_its_template(stack_of):
    warm = group("group", ()) | {"LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "7"}}
    del warm["MixedInstancesPolicy"]
    version = {"LaunchTemplateData": {"InstanceType": "g6.2xlarge"}}
    stack = stack_of(
        GROUPS[:1],
        autoscaling=[("describe_auto_scaling_groups", {"AutoScalingGroups": [warm]})],
        ec2=[
            ("describe_launch_template_versions", {"LaunchTemplateVersions": [version]}),
            sizes(8),
        ],
        service_quotas=[quota(32.0)],
    )
    (found,) = gpu_vcpus(stack)
    assert (found.said, found.advice) == ("32, up to 32 needed", "")
