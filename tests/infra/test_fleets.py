"""The two fleets, and the ways in which a wrong template would never run a single task."""

import json
import os
import re
from types import SimpleNamespace

import boto3
import pytest

from intarsia import names
from stacks.instance_types import GPU_INSTANCE_TYPES
from stacks.settings import Settings
from tests.support.paths import ROOT

REGION = "eu-west-1"
"""Of the account that the templates are made for."""


@pytest.fixture
def launch(template):
    return template.one("AWS::EC2::LaunchTemplate")["LaunchTemplateData"]


@pytest.fixture
def user_data(launch):
    return launch["UserData"]["Fn::Base64"]


@pytest.fixture
def windows(template):
    return template.one("AWS::ECS::TaskDefinition", Family="studio-gpu")


@pytest.fixture
def linux(template):
    return template.one("AWS::ECS::TaskDefinition", Family="studio-linux")


class TestGpuMachines:
    def test_join_our_cluster_able_to_hand_out_task_roles(self, template, user_data):
        """Without the switch no task with a role is ever placed (aws/aws-cdk#36805)."""
        cluster = template.one("AWS::ECS::Cluster")["ClusterName"]
        (start,) = [line for line in user_data.splitlines() if "Initialize-ECSAgent" in line]
        assert f'-Cluster "{cluster}"' in start
        assert "-EnableTaskIAMRole" in start
        assert "awslogs" in start

    def test_join_again_after_a_restart(self, user_data):
        assert user_data.startswith("<powershell>")
        assert "<persist>true</persist>" in user_data

    @pytest.mark.parametrize(
        "option",
        [
            '"ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE" "true"',
            '"ECS_IMAGE_PULL_BEHAVIOR" "prefer-cached"',
            '"ECS_DISABLE_IMAGE_CLEANUP" "true"',
            '"ECS_ENABLE_SPOT_INSTANCE_DRAINING" "true"',
            '"ECS_IMAGE_PULL_INACTIVITY_TIMEOUT" "20m"',
            '"ECS_CONTAINER_CREATE_TIMEOUT" "15m"',
            '"ECS_CONTAINER_START_TIMEOUT" "15m"',
            '"ECS_CONTAINER_STOP_TIMEOUT" "90s"',
        ],
    )
    def test_the_agent_reads_its_options_when_it_starts(self, user_data, option):
        assert 0 < user_data.index(option) < user_data.index("Initialize-ECSAgent")

    def test_the_agent_sees_its_options_for_they_are_the_machines_own(self, user_data):
        """It is a service: what this script alone has in its environment it never sees."""
        (given,) = re.findall(r"SetEnvironmentVariable\((.+)\)", user_data)
        assert given == '$Name, $Value, "Machine"'

    def test_keep_their_credentials_from_containers(self, launch):
        assert launch["MetadataOptions"] == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}

    def test_have_a_large_encrypted_disk(self, launch):
        (disk,) = launch["BlockDeviceMappings"]
        assert disk["Ebs"]["Encrypted"] is True
        assert disk["Ebs"]["VolumeType"] == "gp3"
        assert disk["Ebs"]["VolumeSize"] >= 100

    def test_their_image_is_chosen_at_deployment(self, template, launch):
        parameter = template.body["Parameters"][launch["ImageId"]["Ref"]]
        assert parameter["Type"] == "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"

    def test_nothing_comes_in(self, template):
        for group in template.all("AWS::EC2::SecurityGroup").values():
            assert "SecurityGroupIngress" not in group["Properties"]
        kinds = {each["Type"] for each in template.body["Resources"].values()}
        assert "AWS::EC2::SecurityGroupIngress" not in kinds


class TestWindowsTask:
    def test_asks_for_no_gpu_for_ecs_passes_none_into_windows_containers(self, windows):
        (container,) = windows["ContainerDefinitions"]
        assert "ResourceRequirements" not in container

    @pytest.mark.parametrize(
        "unsupported",
        [
            "RuntimePlatform",
            "Cpu",
            "Memory",
            "IpcMode",
            "PidMode",
            "ProxyConfiguration",
            "NetworkMode",
        ],
    )
    def test_has_nothing_that_windows_on_ec2_refuses(self, windows, unsupported):
        assert windows["RequiresCompatibilities"] == ["EC2"]
        assert unsupported not in windows

    @pytest.mark.parametrize(
        "unsupported",
        [
            "DisableNetworking",
            "DnsSearchDomains",
            "DnsServers",
            "ExtraHosts",
            "Links",
            "LinuxParameters",
            "Privileged",
            "ReadonlyRootFilesystem",
            "Ulimits",
            "User",
        ],
    )
    def test_its_container_has_nothing_that_windows_refuses(self, windows, unsupported):
        (container,) = windows["ContainerDefinitions"]
        assert unsupported not in container

    def test_mounts_folders_of_the_machine_only(self, windows):
        """No volume of Docker's own: ECS refuses them on Windows."""
        for volume in windows["Volumes"]:
            assert set(volume) == {"Name", "Host"}

    def test_listens_to_nothing_for_port_80_gives_out_the_roles(self, windows):
        (container,) = windows["ContainerDefinitions"]
        assert "PortMappings" not in container

    def test_begins_as_its_image_says_which_makes_the_way_to_its_role(self, windows):
        (container,) = windows["ContainerDefinitions"]
        assert not {"Command", "EntryPoint"} & set(container)

    def test_is_placed_on_windows(self, windows):
        assert windows["PlacementConstraints"] == [
            {"Type": "memberOf", "Expression": "ecs.os-type == windows"}
        ]

    def test_fills_a_machine_and_fits_on_it(self, launch, windows):
        vcpus, gibibytes = GPU_INSTANCE_TYPES[launch["InstanceType"]]
        (container,) = windows["ContainerDefinitions"]
        assert vcpus * 512 < container["Cpu"] <= vcpus * 1024
        assert gibibytes * 512 < container["Memory"] < gibibytes * 1024

    def test_shares_the_spool_with_the_agent_under_one_path(self, user_data, windows):
        """A request names files by path, and both sides have to mean the same ones."""
        (volume,) = windows["Volumes"]
        (container,) = windows["ContainerDefinitions"]
        (mount,) = container["MountPoints"]
        told = {each["Name"]: each["Value"] for each in container["Environment"]}
        assert mount["SourceVolume"] == volume["Name"]
        assert volume["Host"]["SourcePath"] == mount["ContainerPath"] == told[names.ENV_SPOOL]
        assert mount["ContainerPath"] in user_data
        assert mount["ReadOnly"] is False
        assert told[names.ENV_MACHINE] == told[names.ENV_SPOOL]

    def test_the_machine_and_its_preparation_mean_the_same_spool_and_service(self, user_data):
        prepared = (ROOT / "render_container" / "windows" / "prepare-host.ps1").read_text()
        (spool,) = re.findall(r'^\$spool = "(.+)"$', user_data, re.M)
        assert f'$spool = "{spool}"' in prepared
        (service,) = re.findall(r'Get-Service -Name "(.+?)"', user_data)
        assert f'$service = "{service}"' in prepared
        assert f"{names.ENV_SPOOL}=$spool" in prepared

    def test_the_agent_runs_before_tasks_come(self, user_data):
        assert 0 < user_data.index("Start-Service") < user_data.index("Initialize-ECSAgent")

    def test_a_worker_that_renders_itself_is_told_of_no_agent(self):
        """It only reads there what the machine is, and so what it costs."""
        container = rendering_itself()
        told = {each["Name"]: each["Value"] for each in container["Environment"]}
        (mount,) = container["MountPoints"]
        assert mount["ContainerPath"] == told[names.ENV_MACHINE]
        assert mount["ReadOnly"] is True
        assert names.ENV_SPOOL not in told


def rendering_itself():
    """The container of a GPU fleet whose workers drive After Effects themselves."""
    from aws_cdk import App, Environment, Stack, assertions
    from aws_cdk import aws_ecs as ecs
    from aws_cdk import aws_iam as iam

    from stacks.gpu_fleet import GpuFleet
    from stacks.network import Network

    settings = Settings(name="other", gpu_mode="container")
    stack = Stack(App(), "Other", env=Environment(account=settings.account, region=settings.region))
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
    bucket = SimpleNamespace(bucket_name="bucket")
    GpuFleet(
        stack,
        "Gpu",
        settings=settings,
        data=SimpleNamespace(
            table=SimpleNamespace(table_name="table"),
            templates=bucket,
            renders=bucket,
            secrets_prefix="other",
        ),
        roles=SimpleNamespace(task=role, execution=role),
        image=ecs.ContainerImage.from_registry("image"),
        network=Network(stack, "Network"),
    )
    template = assertions.Template.from_stack(stack).to_json()
    (task,) = [
        each["Properties"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::ECS::TaskDefinition"
    ]
    (container,) = task["ContainerDefinitions"]
    return container


class TestLinuxTask:
    def test_runs_on_fargate_without_machines_of_ours(self, linux):
        assert linux["RequiresCompatibilities"] == ["FARGATE"]
        assert (linux["Cpu"], linux["Memory"]) == ("1024", "4096")
        assert linux["NetworkMode"] == "awsvpc"
        assert linux["RuntimePlatform"]["CpuArchitecture"] == "X86_64"

    def test_can_write_to_its_scratch_volume_only(self, linux):
        (container,) = linux["ContainerDefinitions"]
        assert container["ReadonlyRootFilesystem"] is True
        (mount,) = container["MountPoints"]
        assert mount["ReadOnly"] is False
        told = {each["Name"]: each["Value"] for each in container["Environment"]}
        assert told["TMPDIR"] == told["HOME"] == mount["ContainerPath"]

    def test_the_worker_knows_the_size_that_is_paid_for(self, linux):
        (container,) = linux["ContainerDefinitions"]
        told = {each["Name"]: each["Value"] for each in container["Environment"]}
        assert float(told[names.ENV_TASK_VCPUS]) * 1024 == int(linux["Cpu"])
        assert float(told[names.ENV_TASK_MEMORY]) * 1024 == int(linux["Memory"])

    def test_is_nobody_in_particular(self, linux):
        (container,) = linux["ContainerDefinitions"]
        assert not container["User"].startswith(("0", "root"))
        assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}


@pytest.mark.parametrize("fleet", ["gpu", "linux"])
class TestBothTasks:
    def test_the_worker_knows_its_fleet_and_where_things_are(self, template, fleet):
        task = template.one("AWS::ECS::TaskDefinition", Family=f"studio-{fleet}")
        (container,) = task["ContainerDefinitions"]
        assert container["Name"] == names.WORKER_CONTAINER
        told = {each["Name"]: template.flat(each["Value"]) for each in container["Environment"]}
        table = template.id_of("AWS::DynamoDB::Table")
        assert told[names.ENV_FLEET] == fleet
        assert told[names.ENV_TABLE] == f"<{table}>"
        assert {names.ENV_TEMPLATES_BUCKET, names.ENV_RENDERS_BUCKET} < set(told)
        assert told[names.ENV_TEMPLATES_BUCKET] != told[names.ENV_RENDERS_BUCKET]
        assert float(told[names.ENV_PRICE_FACTOR]) == 1
        on_machines = told.get(names.ENV_INSTANCE_TYPE) in GPU_INSTANCE_TYPES
        assert on_machines == (fleet == "gpu")


def test_every_worker_has_the_region_without_which_it_makes_no_client(any_template, monkeypatch):
    """On a machine nothing else says it: agents of ECS before 1.104.0 do not."""
    for task in any_template.all("AWS::ECS::TaskDefinition").values():
        (container,) = task["Properties"]["ContainerDefinitions"]
        told = {each["Name"]: each["Value"] for each in container["Environment"]}
        monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
            if name in told:
                monkeypatch.setenv(name, told[name])
        assert boto3.session.Session().region_name == told["AWS_REGION"] == REGION


def test_the_windows_image_is_ours_at_the_tag_of_a_parameter(template, windows):
    repository = template.id_of("AWS::ECR::Repository", RepositoryName="studio/worker-windows")
    image = windows["ContainerDefinitions"][0]["Image"]["Fn::Join"][1]
    assert {"Ref": repository} in image
    assert image[-1] == {"Ref": "WindowsImageTag"}


def test_the_linux_image_is_built_of_the_repository_by_content(template, linux):
    """Only of what .dockerignore lets in: nothing else that lies around changes the image."""
    manifest = json.loads((template.folder / "Intarsia.assets.json").read_text())
    ((digest, image),) = manifest["dockerImages"].items()
    assert linux["ContainerDefinitions"][0]["Image"]["Fn::Sub"].endswith(f":{digest}")
    assert image["source"]["dockerFile"] == "render_container/Dockerfile.linux"
    assert image["source"]["platform"] == "linux/amd64"
    staged = template.folder / image["source"]["directory"]
    allowed = {".dockerignore", "setup", "intarsia", "render_container"}
    assert {each.name for each in staged.iterdir()} == allowed


def test_an_image_of_ones_own_is_pulled_with_the_right_to_its_repository_only():
    from aws_cdk import App, Stack, assertions
    from aws_cdk import aws_ecs as ecs
    from aws_cdk import aws_iam as iam

    from stacks.images import Images

    image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/ours/worker:1.2"
    stack = Stack(App(), "Other")
    images = Images(stack, "Images", Settings(linux_image=image))
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
    definition = ecs.FargateTaskDefinition(stack, "Task", execution_role=role)
    definition.add_container("worker", image=images.linux)
    template = assertions.Template.from_stack(stack)
    pull = "arn:aws:ecr:eu-west-1:111122223333:repository/ours/worker"
    assert pull in json.dumps(template.find_resources("AWS::IAM::Policy"))


@pytest.mark.parametrize(("spot", "first"), [("true", "FARGATE_SPOT"), ("false", "FARGATE")])
def test_spare_capacity_for_first_attempts_is_a_choice(spot, first):
    from aws_cdk import App

    from stacks.context import settings_of
    from stacks.linux_fleet import first_linux_capacity

    chosen = settings_of(App(context={"linuxSpot": spot}).node)
    assert first_linux_capacity(chosen) == first
