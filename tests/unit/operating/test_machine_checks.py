"""The GPU fleet as the doctor sees it."""

from datetime import UTC, datetime

import pytest

from intarsia.operating.machine_checks import capacity, groups, unregistered

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PROVIDER = ("AWS::ECS::CapacityProvider", "FleetGpuOnDemand", "studio-gpu")
CLUSTER = ("AWS::ECS::Cluster", "FleetCluster", "studio")
GROUP = ("AWS::AutoScaling::AutoScalingGroup", "FleetGpuMachinesOnDemandASG", "group")


def cluster(*providers):
    found = {"clusterName": "studio", "capacityProviders": ["FARGATE", *providers]}
    return ("describe_clusters", {"clusters": [found]})


def provider(status="ACTIVE", scaling="ENABLED", protection="ENABLED"):
    return (
        "describe_capacity_providers",
        {
            "capacityProviders": [
                {
                    "name": "studio-gpu",
                    "status": status,
                    "autoScalingGroupProvider": {
                        "autoScalingGroupArn": "arn:aws:autoscaling:…",
                        "managedScaling": {"status": scaling},
                        "managedTerminationProtection": protection,
                    },
                }
            ]
        },
    )


def group(*machines, protects=True, suspended=()):
    return (
        "describe_auto_scaling_groups",
        {
            "AutoScalingGroups": [
                {
                    "AutoScalingGroupName": "group",
                    "MinSize": 0,
                    "MaxSize": 4,
                    "DesiredCapacity": len(machines),
                    "DefaultCooldown": 300,
                    "AvailabilityZones": ["eu-west-1a"],
                    "HealthCheckType": "EC2",
                    "CreatedTime": NOW,
                    "NewInstancesProtectedFromScaleIn": protects,
                    "SuspendedProcesses": [{"ProcessName": each} for each in suspended],
                    "MixedInstancesPolicy": {
                        "LaunchTemplate": {
                            "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1"},
                            "Overrides": [{"InstanceType": "g5.2xlarge"}],
                        },
                        "InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": 100},
                    },
                    "Instances": [
                        {
                            "InstanceId": each,
                            "AvailabilityZone": "eu-west-1a",
                            "LifecycleState": "InService",
                            "HealthStatus": "Healthy",
                            "ProtectedFromScaleIn": True,
                        }
                        for each in machines
                    ],
                }
            ]
        },
    )


def activity(status="Successful", hour=11, message=None):
    found = {
        "ActivityId": "1",
        "AutoScalingGroupName": "group",
        "Cause": "a task waits",
        "StartTime": NOW.replace(hour=hour),
        "StatusCode": status,
    } | ({"StatusMessage": message} if message else {})
    return ("describe_scaling_activities", {"Activities": [found]})


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([cluster("studio-gpu"), provider()], "studio-gpu: active, scaling and protection on"),
        ([cluster(), provider()], "studio-gpu: not attached to the cluster"),
        (
            [cluster("studio-gpu"), provider("INACTIVE", "DISABLED", "DISABLED")],
            "studio-gpu: managed scaling is off, termination protection is off, INACTIVE",
        ),
        (
            [cluster("studio-gpu"), ("describe_capacity_providers", {"capacityProviders": []})],
            "studio-gpu: not found",
        ),
    ],
)
def test_a_capacity_provider_brings_machines_and_protects_them(stack_of, answers, said):
    (found,) = capacity(stack_of([PROVIDER, CLUSTER], ecs=answers))
    assert found.said == said
    assert bool(found.advice) is not said.endswith("protection on")


def test_a_cluster_that_is_not_there_is_said(stack_of):
    gone = ("describe_clusters", {"clusters": [], "failures": [{"reason": "MISSING"}]})
    (found,) = capacity(stack_of([PROVIDER, CLUSTER], ecs=[gone]))
    assert (found.said, bool(found.advice)) == ("no cluster", True)


def test_a_group_that_is_not_there_is_said(stack_of):
    gone = ("describe_auto_scaling_groups", {"AutoScalingGroups": []})
    (found,) = groups(stack_of([GROUP], autoscaling=[gone]))
    assert (found.said, bool(found.advice)) == ("group: not found", True)


def test_without_a_gpu_fleet_nothing_is_asked(stack_of):
    stack = stack_of([CLUSTER])
    assert [*capacity(stack), *groups(stack), *unregistered(stack)] == []


def test_a_group_says_how_many_machines_there_are(stack_of):
    (found,) = groups(stack_of([GROUP], autoscaling=[group("i-1", "i-2"), activity()]))
    assert (found.said, found.advice) == ("group: 2 in service, 2 wanted, 4 at most", "")


def test_a_group_that_somebody_has_changed_is_a_problem(stack_of):
    changed = group(protects=False, suspended=["Launch"])
    (found,) = groups(stack_of([GROUP], autoscaling=[changed, activity()]))
    assert found.said.endswith("Launch is suspended, new machines are not protected from scale-in")
    for each in ("resume-processes --auto-scaling-group-name group", "--revert-drift"):
        assert each in found.advice


@pytest.mark.parametrize(("day", "told"), [(24, True), (22, False)])
def test_why_the_last_machine_did_not_start_is_said_for_a_day(stack_of, day, told):
    failed = activity("Failed", message="You have requested more vCPU capacity than your limit")
    failed[1]["Activities"][0]["StartTime"] = NOW.replace(day=day)
    _, *found = groups(stack_of([GROUP], autoscaling=[group(), failed]))
    said = "the last machine did not start: You have requested more vCPU capacity than your limit"
    assert [each.said for each in found if each.advice] == [f"group: {said}"] * told


def test_machines_that_are_up_and_not_in_the_cluster_are_named(stack_of):
    machines = ["i-works", "i-silent", "i-lost", "i-boots"]
    connected = {"i-works": True, "i-silent": False}
    started = {"i-silent": 9, "i-lost": 10, "i-boots": 12}
    stack = stack_of(
        [GROUP, CLUSTER],
        autoscaling=[group(*machines)],
        ecs=[
            ("list_container_instances", {"containerInstanceArns": ["arn:1", "arn:2"]}),
            (
                "describe_container_instances",
                {
                    "containerInstances": [
                        {"ec2InstanceId": name, "agentConnected": state}
                        for name, state in connected.items()
                    ]
                },
            ),
        ],
        ec2=[
            (
                "describe_instances",
                {
                    "Reservations": [
                        {
                            "Instances": [
                                {"InstanceId": name, "LaunchTime": NOW.replace(hour=hour)}
                                for name, hour in started.items()
                            ]
                        }
                    ]
                },
            )
        ],
    )
    (found,) = unregistered(stack)
    assert found.said == (
        "1 of 4 are in the cluster, 1 starting; not registered or disconnected: i-silent, i-lost"
    )
    assert "Session Manager" in found.advice
