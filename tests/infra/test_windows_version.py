"""A Windows container runs only on a host of its own build: machines and image are of one version.

https://learn.microsoft.com/virtualization/windowscontainers/deploy-containers/version-compatibility
"""

import re

import pytest

from stacks.machine_image.ingredients import document
from tests.support.paths import ROOT

DOCKERFILE = (ROOT / "render_container" / "Dockerfile.windows").read_text()


@pytest.fixture
def machines(template):
    """Name of the image that machines start from when nobody has made another."""
    launch = template.one("AWS::EC2::LaunchTemplate")["LaunchTemplateData"]
    return template.body["Parameters"][launch["ImageId"]["Ref"]]["Default"]


@pytest.fixture
def year(machines):
    (found,) = re.findall(r"/Windows_Server-(\d{4})-", machines)
    return found


def test_machines_have_the_ecs_agent_and_a_desktop(machines):
    """After Effects has not been seen to run on Core."""
    assert machines.startswith("/aws/service/ami-windows-latest/")
    assert machines.endswith("-English-Full-ECS_Optimized/image_id")


def test_containers_are_of_the_machines_version(year):
    assert re.findall(r"^ARG WINDOWS_BUILD=(.+)$", DOCKERFILE, re.M) == [f"ltsc{year}"]
    build = (ROOT / "render_container" / "windows" / "build-image.ps1").read_text()
    assert re.findall(r"\$WindowsBuild = \"(.+)\"", build) == [f"ltsc{year}"]


def test_containers_have_the_whole_of_windows(machines):
    bases = re.findall(r"^FROM (mcr\S+)", DOCKERFILE, re.M)
    assert bases == ["mcr.microsoft.com/windows/server:${WINDOWS_BUILD}"]


def test_an_image_of_ones_own_is_of_the_same_version(large, year):
    for component in large.all("AWS::ImageBuilder::Component").values():
        wanted = component["Properties"]["SupportedOsVersions"]
        assert wanted == [f"Microsoft Windows Server {year}"]
    assert f"server{year}" in document("driver")
    by_hand = (ROOT / "render_container" / "windows" / "prepare-host.ps1").read_text()
    assert f"server{year}" in by_hand
