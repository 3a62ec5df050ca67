"""Images that tasks and machines start from, there and not."""

import pytest

from intarsia.operating.image_checks import gpu_machine_image, linux_image

ARN = "arn:aws:ecs:eu-west-1:123456789012:task-definition/studio-linux:3"
TASK = ("AWS::ECS::TaskDefinition", "FleetLinuxTask", ARN)
ASSETS = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cdk-hnb659fds-container-assets"
SHORT = "cdk-hnb659fds-container-assets:0123456789ab…"
NAME = "/intarsia/gpu-image"


def definition(image):
    return (
        "describe_task_definition",
        {"taskDefinition": {"containerDefinitions": [{"image": image}]}},
    )


@pytest.mark.parametrize(
    ("answer", "said", "good"),
    [
        ({"imageDetails": []}, SHORT, True),
        ("ImageNotFoundException", f"{SHORT}: not found", False),
        ("RepositoryNotFoundException", f"{SHORT}: not found", False),
    ],
)
def test_the_linux_image_lies_in_the_repository_of_the_bootstrap(stack_of, answer, said, good):
    stack = stack_of(
        [TASK],
        ecs=[definition(f"{ASSETS}:{'0123456789abcdef' * 4}")],
        ecr=[("describe_images", answer)],
    )
    (found,) = linux_image(stack)
    assert (found.said, not found.advice) == (said, good)


@pytest.mark.parametrize(
    "image", ["ghcr.io/studio/worker:1", ASSETS.replace("eu-west-1", "us-east-1") + "@sha256:0"]
)
def test_an_image_from_elsewhere_is_not_looked_up(stack_of, image):
    (found,) = linux_image(stack_of([TASK], ecs=[definition(image)], ecr=[]))
    assert found.said.endswith("not checked")
    assert not found.advice


def named(parameter=NAME, resolved="ami-1"):
    return [{"ParameterKey": "GpuImage", "ParameterValue": parameter, "ResolvedValue": resolved}]


def holds(image):
    return [("get_parameter", {"Parameter": {"Value": image}})]


def state(word):
    return [("describe_images", {"Images": [{"ImageId": "ami-1", "State": word}]})]


def test_the_machines_image_is_there(stack_of):
    stack = stack_of((), named(), ssm=holds("ami-1"), ec2=state("available"))
    (found,) = gpu_machine_image(stack)
    assert (found.said, found.advice) == (f"ami-1 from {NAME}: available", "")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (state("pending"), "pending"),
        ([("describe_images", "InvalidAMIID.NotFound")], "not found"),
        ([("describe_images", {"Images": []})], "not found"),
    ],
)
def test_one_that_machines_cannot_start_from_is_a_problem(stack_of, answer, said):
    (found,) = gpu_machine_image(stack_of((), named(), ssm=holds("ami-1"), ec2=answer))
    assert found.said == f"ami-1 from {NAME}: {said}"
    assert found.advice


def test_one_that_was_made_since_waits_for_a_deployment(stack_of):
    stack = stack_of((), named(), ssm=holds("ami-2"), ec2=state("available"))
    used, newer = gpu_machine_image(stack)
    assert not used.advice
    assert newer.said == "ami-2 is newer than the deployed image"


def test_a_parameter_that_is_not_there_is_a_problem(stack_of):
    (found,) = gpu_machine_image(
        stack_of((), named(), ssm=[("get_parameter", "ParameterNotFound")])
    )
    assert found.said == f"SSM parameter {NAME}: not found"
    assert found.advice


def test_awss_own_windows_has_no_after_effects(stack_of):
    stack = stack_of((), named("/aws/service/ami-windows-latest/Full/image_id"), ssm=holds("ami-9"))
    (found,) = gpu_machine_image(stack)
    assert found.said == "AWS's own Windows image, ami-9"
    assert "no After Effects" in found.advice
