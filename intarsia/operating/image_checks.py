"""Checks that the container images of tasks and the AMI of GPU machines exist."""

import re
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from intarsia.operating.deployed_stack import DeployedStack
from intarsia.operating.findings import Finding, finding

ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com[a-z.]*/"
    r"(?P<repository>[^:@]+)(?P<sign>[:@])(?P<version>.+)"
)
STOCK = "/aws/service/"
"""Prefix of AWS's public SSM parameters, which hold the ids of AWS's own AMIs."""


def linux_image(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding: whether the container image of the Linux task exists.

    A deployment pushed the image, or the operator named it. An image outside this region's ECR is
    not checked.
    """
    for definition in stack.ids("AWS::ECS::TaskDefinition", "Linux"):
        described = stack.clients("ecs").describe_task_definition(taskDefinition=definition)
        image = described["taskDefinition"]["containerDefinitions"][0]["image"]
        client = stack.clients("ecr")
        parts = ECR_IMAGE.fullmatch(image)
        if parts is None or parts["region"] != client.meta.region_name:
            yield Finding("Linux image", f"{image}: not in this region's ECR, so not checked")
            continue
        key = "imageTag" if parts["sign"] == ":" else "imageDigest"
        there = _in_repository(
            client, parts["repository"], {key: parts["version"]}, parts["account"]
        )
        shown = f"{parts['repository']}{parts['sign']}{_short(parts['version'])}"
        yield finding(
            "Linux image",
            shown if there else f"{shown}: not found",
            there,
            "deploy again, which pushes the image; or push your own image (linuxImage)",
        )


def windows_image(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding: whether the container image of the GPU task exists.

    It is pushed by hand or by the pipeline. Yields nothing if the stack names no image.
    """
    tag = stack.parameters.get("WindowsImageTag")
    for repository in stack.ids("AWS::ECR::Repository", "Windows") if tag else []:
        there = _in_repository(stack.clients("ecr"), repository, {"imageTag": str(tag)})
        said = f"{repository}:{tag}" if there else f"{repository}:{tag}: not found"
        yield finding("Windows image", said, there, "push the image as in docs/windows.md")


def gpu_machine_image(stack: DeployedStack) -> Iterator[Finding]:
    """Yield findings: whether the AMI of GPU machines and the SSM parameter that names it exist.

    Yields nothing if the stack has no GPU machines.
    """
    name = stack.parameters.get("GpuImage")
    if not name:
        return
    what = "GPU machine image"
    try:
        image = stack.clients("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        advice = "build the image and store its id in this parameter: docs/windows.md"
        yield Finding(what, f"SSM parameter {name}: not found", advice)
        return
    if name.startswith(STOCK):
        advice = "it has no GPU driver and no After Effects; build your own: docs/windows.md"
        yield Finding(what, f"AWS's own Windows image, {image}", advice)
        return
    used = stack.resolved.get("GpuImage") or image
    state = _state_of(stack, used)
    advice = "machines cannot start; build the image again (docs/windows.md) and deploy"
    yield finding(what, f"{used} from {name}: {state}", state == "available", advice)
    if used != image:
        yield Finding(what, f"{image} is newer than the deployed image", "deploy again to use it")


def _state_of(stack: DeployedStack, image: str) -> str:
    try:
        found = stack.clients("ec2").describe_images(ImageIds=[image])["Images"]
    except ClientError as error:
        if not error.response["Error"]["Code"].startswith("InvalidAMIID"):
            raise
        found = []
    return str(found[0]["State"]) if found else "not found"


def _in_repository(
    client: Any, repository: str, image: dict[str, str], account: str | None = None
) -> bool:
    owner = {"registryId": account} if account else {}
    try:
        client.describe_images(repositoryName=repository, imageIds=[image], **owner)
    except ClientError as error:
        gone = {"ImageNotFoundException", "RepositoryNotFoundException"}
        if error.response["Error"]["Code"] not in gone:
            raise
        return False
    return True


def _short(version: str) -> str:
    """Return an image's tag or digest, shortened if it is a long hash such as the CDK's tags."""
    return version[:12] + "…" if len(version) > 20 else version
