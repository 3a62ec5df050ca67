"""Checks of the GPU fleet: capacity providers, machine groups, unregistered machines."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from intarsia.operating.deployed_stack import DeployedStack
from intarsia.operating.findings import REVERT, Finding, finding
from intarsia.operating.machine_groups import group_names, machine_groups

BOOT = timedelta(minutes=20)
"""Longest time until a started Windows machine is in the cluster."""
RECENT = timedelta(days=1)
AT_ONCE = 100  # container instances described in a request


def capacity(stack: DeployedStack) -> Iterator[Finding]:
    """Check that each capacity provider starts machines, and ends none that work."""
    names = stack.ids("AWS::ECS::CapacityProvider")
    if not names:
        return
    client = stack.clients("ecs")
    clusters = client.describe_clusters(clusters=stack.ids("AWS::ECS::Cluster"))["clusters"]
    if not clusters:
        yield Finding("capacity", "the cluster is not there", f"{REVERT}: nothing is rendered")
        return
    attached = set(clusters[0].get("capacityProviders", []))
    found = client.describe_capacity_providers(capacityProviders=names)["capacityProviders"]
    for provider in found:
        faults = _faults(provider, attached)
        said = f"{provider['name']}: {', '.join(faults) or 'active, scales, protects its machines'}"
        yield finding("capacity", said, not faults, f"{REVERT}: somebody has changed it")
    for name in sorted(set(names) - {each["name"] for each in found}):
        yield Finding("capacity", f"{name}: not there", f"{REVERT}: no machine will come")


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
    """Check each machine group: size, suspended processes, and a failed start in the last day."""
    found = machine_groups(stack)
    for name in sorted(set(group_names(stack)) - {group.name for group in found}):
        yield Finding("machines", f"{name}: not there", f"{REVERT}: no machine will come")
    for group in found:
        up = len(group.in_service)
        said = f"{group.name}: {up} up, {group.wanted} wanted, {group.most} at most"
        faults = [f"{each} is suspended" for each in group.suspended]
        advice = f"aws autoscaling resume-processes --auto-scaling-group-name {group.name}"
        if not group.protects:
            faults.append("new machines are not protected")
            advice = f"{advice}; {REVERT}" if group.suspended else REVERT
        what = "machines"
        yield finding(what, ", ".join([said, *faults]), not faults, advice)
        activities = stack.clients("autoscaling").describe_scaling_activities(
            AutoScalingGroupName=group.name, MaxRecords=1
        )["Activities"]
        for last in activities:
            if last["StatusCode"] == "Failed" and stack.now - last["StartTime"] < RECENT:
                said = f"{group.name}: the last did not start: {last.get('StatusMessage', '?')}"
                advice = "vCPU limit: the quotas below; no capacity: more types, another region"
                yield Finding(what, said, advice)


def unregistered(stack: DeployedStack) -> Iterator[Finding]:
    """Check for machines that cost but take no work.

    They are not in the cluster after BOOT, or their ECS agent is disconnected.
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
        said += f", {len(young)} still boot"
    if late:
        said += f"; not, or silent: {', '.join(late)}"
    yield finding(
        "machines in the cluster", said, not late, "look into one by Session Manager, then end it"
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
    """Return those of `machines` that were started after `moment`."""
    if not machines:
        return set()
    found = stack.clients("ec2").describe_instances(InstanceIds=machines)
    return {
        each["InstanceId"]
        for reservation in found["Reservations"]
        for each in reservation["Instances"]
        if each["LaunchTime"] > moment
    }
