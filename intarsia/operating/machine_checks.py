"""Checks of the GPU fleet: capacity providers, Auto Scaling groups, unregistered machines."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from intarsia.operating.deployed_stack import DeployedStack
from intarsia.operating.findings import REVERT, Finding, finding
from intarsia.operating.machine_groups import group_names, machine_groups

BOOT = timedelta(minutes=20)
"""Longest time until a started Windows machine is registered in the ECS cluster."""
RECENT = timedelta(days=1)
AT_ONCE = 100  # container instances described in a request


def capacity(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding per ECS capacity provider: whether it can start and protect machines.

    It must be active and attached to the cluster, with scaling and termination protection on.
    """
    names = stack.ids("AWS::ECS::CapacityProvider")
    if not names:
        return
    client = stack.clients("ecs")
    clusters = client.describe_clusters(clusters=stack.ids("AWS::ECS::Cluster"))["clusters"]
    if not clusters:
        yield Finding("capacity", "no cluster", f"nothing can render; run `{REVERT}`")
        return
    attached = set(clusters[0].get("capacityProviders", []))
    found = client.describe_capacity_providers(capacityProviders=names)["capacityProviders"]
    for provider in found:
        faults = _faults(provider, attached)
        said = f"{provider['name']}: {', '.join(faults) or 'active, scaling and protection on'}"
        yield finding("capacity", said, not faults, f"changed by hand; run `{REVERT}`")
    for name in sorted(set(names) - {each["name"] for each in found}):
        yield Finding("capacity", f"{name}: not found", f"no machine can start; run `{REVERT}`")


def _faults(provider: dict[str, Any], attached: set[str]) -> list[str]:
    group = provider.get("autoScalingGroupProvider", {})
    expected = {
        "managed scaling": group.get("managedScaling", {}).get("status"),
        "termination protection": group.get("managedTerminationProtection"),
    }
    faults = [f"{what} is off" for what, state in expected.items() if state != "ENABLED"]
    if provider["status"] != "ACTIVE":
        faults.append(str(provider["status"]))
    if provider["name"] not in attached:
        faults.append("not attached to the cluster")
    return faults


def groups(stack: DeployedStack) -> Iterator[Finding]:
    """Yield findings per Auto Scaling group: its numbers of machines, and its faults.

    Faults are a missing group, suspended scaling processes, a lack of scale-in protection, and a
    machine that failed to start within the last day.
    """
    found = machine_groups(stack)
    for name in sorted(set(group_names(stack)) - {group.name for group in found}):
        yield Finding("machines", f"{name}: not found", f"no machine can start; run `{REVERT}`")
    for group in found:
        up = len(group.in_service)
        said = f"{group.name}: {up} in service, {group.wanted} wanted, {group.most} at most"
        faults = [f"{each} is suspended" for each in group.suspended]
        resume = f"aws autoscaling resume-processes --auto-scaling-group-name {group.name}"
        advice = f"run `{resume}`"
        if not group.protects:
            faults.append("new machines are not protected from scale-in")
            advice = f"run `{resume}` and `{REVERT}`" if group.suspended else f"run `{REVERT}`"
        what = "machines"
        yield finding(what, ", ".join([said, *faults]), not faults, advice)
        activities = stack.clients("autoscaling").describe_scaling_activities(
            AutoScalingGroupName=group.name, MaxRecords=1
        )["Activities"]
        for last in activities:
            if last["StatusCode"] == "Failed" and stack.now - last["StartTime"] < RECENT:
                reason = last.get("StatusMessage", "no reason given")
                said = f"{group.name}: the last machine did not start: {reason}"
                advice = (
                    "for a vCPU limit, see the quotas below; "
                    "for lack of capacity, add instance types or use another region"
                )
                yield Finding(what, said, advice)


def unregistered(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding: which machines cost money but receive no tasks.

    They are not in the ECS cluster although BOOT has passed, or their ECS agent is disconnected.
    """
    up = [machine for group in machine_groups(stack) for machine in group.in_service]
    if not up:
        return
    connected = _connected(stack)
    silent = [machine for machine in up if not connected.get(machine)]
    young = _younger(stack, silent, stack.now - BOOT)
    late = [machine for machine in silent if machine not in young]
    said = f"{len(up) - len(silent)} of {len(up)} are in the cluster"
    if young:
        said += f", {len(young)} starting"
    if late:
        said += f"; not registered or disconnected: {', '.join(late)}"
    yield finding(
        "machines in the cluster",
        said,
        not late,
        "inspect one with Session Manager, then terminate it",
    )


def _connected(stack: DeployedStack) -> dict[str, bool]:
    """Return, by EC2 instance id, whether the ECS agent of each machine is connected."""
    client = stack.clients("ecs")
    found = {}
    for cluster in stack.ids("AWS::ECS::Cluster"):
        pages = client.get_paginator("list_container_instances").paginate(
            cluster=cluster, PaginationConfig={"PageSize": AT_ONCE}
        )
        for page in pages:
            arns = page["containerInstanceArns"]
            described = (
                client.describe_container_instances(cluster=cluster, containerInstances=arns)
                if arns
                else {"containerInstances": []}
            )
            for each in described["containerInstances"]:
                found[each["ec2InstanceId"]] = bool(each["agentConnected"])
    return found


def _younger(stack: DeployedStack, machines: list[str], moment: datetime) -> set[str]:
    """Return those of `machines` (EC2 instance ids) that were started after `moment`."""
    if not machines:
        return set()
    found = stack.clients("ec2").describe_instances(InstanceIds=machines)
    return {
        each["InstanceId"]
        for reservation in found["Reservations"]
        for each in reservation["Instances"]
        if each["LaunchTime"] > moment
    }
