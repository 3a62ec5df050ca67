"""The pipeline that makes the GPU machines' image: its parts agree, and it may do little."""

import json
import re
from typing import get_args

import pytest
import tree_sitter_powershell
import yaml
from tree_sitter import Language, Parser

from stacks.machine_image.ingredients import COMPONENTS, document, version, wanted
from stacks.settings import Settings
from tests.support.paths import ROOT

BUILDER = "AWS::ImageBuilder::"
PACKAGE = "s3://installers/ae/"
POWERSHELL = Parser(Language(tree_sitter_powershell.language()))
PARAMETER = re.compile(r"{{ (\w+) }}")


def scripts(component):
    """The PowerShell of a component's steps, by phase and step."""
    return {
        (phase["name"], step["name"]): command
        for phase in yaml.safe_load(document(component))["phases"]
        for step in phase["steps"]
        for command in step["inputs"].get("commands", [])
    }


def parameters(component):
    return {next(iter(each)) for each in yaml.safe_load(document(component))["parameters"]}


def errors_in(script):
    waiting, found = [POWERSHELL.parse(script.encode()).root_node], []
    while waiting:
        node = waiting.pop()
        if node.type == "ERROR" or node.is_missing:
            found.append(node.start_point.row + 1)
        waiting.extend(node.children)
    return found


@pytest.fixture
def recipe(large):
    return large.one(f"{BUILDER}ImageRecipe")


@pytest.fixture
def told(large, recipe):
    """What each component is given, by component and parameter."""
    return {
        name: {each["Name"]: large.flat(each["Value"][0]) for each in given["Parameters"]}
        for name, given in zip(COMPONENTS, recipe["Components"], strict=True)
    }


@pytest.fixture
def statements(large):
    profile = large.one(f"{BUILDER}InfrastructureConfiguration")["InstanceProfileName"]["Ref"]
    (role,) = large.body["Resources"][profile]["Properties"]["Roles"]
    return large.statements(role["Ref"])


@pytest.mark.parametrize("component", COMPONENTS)
class TestComponent:
    def test_is_powershell_that_stops_at_the_first_error(self, component):
        document(component).encode("ascii")
        for script in scripts(component).values():
            assert errors_in(script) == []
            assert script.startswith('$ErrorActionPreference = "Stop"')

    def test_declares_what_it_uses_and_is_given_just_that(self, component, told):
        assert set(PARAMETER.findall(document(component))) == parameters(component)
        assert set(told[component]) == parameters(component)

    def test_fits_into_a_template(self, component):
        """Image Builder takes 16,000 characters in place."""
        assert len(document(component)) <= 16_000

    def test_calls_scripts_that_are_in_the_sources(self, component):
        for path in re.findall(r"C:\\intarsia-source\\(\S+\.ps1)", document(component)):
            assert (ROOT / path.replace("\\", "/")).is_file()


class TestWhatIsMade:
    def test_windows_restarts_after_the_driver_and_before_what_needs_it(self, large, recipe):
        phases = yaml.safe_load(document("driver"))["phases"]
        actions = [step["action"] for step in phases[0]["steps"]]
        assert actions == ["ExecutePowerShell", "Reboot"]
        made = large.body["Resources"]
        order = [each["ComponentArn"]["Fn::GetAtt"][0] for each in recipe["Components"]]
        names = [made[name]["Properties"]["Name"] for name in order]
        assert names == [f"studio-gpu-{component}" for component in COMPONENTS]

    def test_the_doctor_looks_at_a_machine_started_from_the_image(self, large):
        tests = large.one(f"{BUILDER}ImagePipeline")["ImageTestsConfiguration"]
        assert tests["ImageTestsEnabled"] is True
        script = scripts("machine")["test", "doctor"]
        assert "doctor --part machine" in script
        assert '-UserId "render"' in script, "rights and preferences are that user's"

    def test_the_workers_image_is_on_it_so_that_no_task_waits_for_a_pull(self):
        worker = scripts("worker")["build", "image"]
        assert '& docker pull "{{ Image }}"' in worker
        assert 'build-image.ps1 -Tag "{{ Image }}"' in worker
        looks = scripts("machine")["test", "doctor"]
        assert re.search(r'-not \(& docker images --quiet "{{ Image }}"\)\) {\s+throw', looks)

    def test_every_version_of_after_effects_comes_from_its_own_folder(self, told):
        assert told["machine"]["Versions"] == "2025,2026"
        assert told["machine"]["PackageBucket"] == "studio-installers"
        assert told["machine"]["PackagePrefix"] == "after-effects/"

    def test_what_adobe_owns_is_taken_off_again(self):
        assert re.search(
            r'Remove-Item -LiteralPath "C:\\intarsia-package"',
            scripts("machine")["build", "prepare"],
        )

    def test_the_driver_comes_from_where_aws_keeps_the_chosen_one(self, told):
        assert told["driver"] == {"Bucket": "ec2-windows-nvidia-drivers", "Prefix": "latest/"}

    def test_no_driver_is_one_for_computing_with_which_windows_draws_nothing(self):
        from stacks.machine_image.role import DRIVERS

        assert DRIVERS == {
            "grid": ("ec2-windows-nvidia-drivers", "latest/"),
            "gaming": ("nvidia-gaming", "windows/latest/"),
        }
        assert set(DRIVERS) == set(get_args(Settings.model_fields["gpu_driver"].annotation))

    def test_starts_from_the_same_windows_as_without_a_pipeline(self, large, recipe):
        assert recipe["ParentImage"] == f"ssm:{large.body['Parameters']['GpuImage']['Default']}"

    def test_has_the_disk_of_the_machines(self, large, recipe):
        (disk,) = recipe["BlockDeviceMappings"]
        launch = large.one("AWS::EC2::LaunchTemplate")["LaunchTemplateData"]
        (started,) = launch["BlockDeviceMappings"]
        assert disk["DeviceName"] == started["DeviceName"]
        assert disk["Ebs"] == started["Ebs"]

    def test_the_sources_are_those_of_the_containers_and_nothing_else(self, large, told):
        manifest = json.loads((large.folder / "Intarsia.assets.json").read_text())
        (asset,) = [
            each
            for each in manifest["files"].values()
            if each["source"]["packaging"] == "zip"
            and any(
                place["objectKey"] == told["worker"]["SourceKey"]
                for place in each["destinations"].values()
            )
        ]
        staged = large.folder / asset["source"]["path"]
        allowed = {"setup", "intarsia", "render_container"}
        assert {each.name for each in staged.iterdir()} == allowed


class TestVersion:
    def test_is_one_for_recipe_components_image_and_containers(self, large, recipe, told):
        tag = large.body["Parameters"]["WindowsImageTag"]["Default"]
        components = large.all(f"{BUILDER}Component").values()
        assert {each["Properties"]["Version"] for each in components} == {tag}
        assert recipe["Version"] == tag
        repository = large.id_of("AWS::ECR::Repository", RepositoryName="studio/worker-windows")
        for component in ("worker", "machine"):
            assert repository in told[component]["Image"]
            assert told[component]["Image"].endswith(f":{tag}")
        (place,) = large.one(f"{BUILDER}DistributionConfiguration")["Distributions"]
        assert place["AmiDistributionConfiguration"]["AmiTags"]["version"] == tag

    def test_is_another_for_every_change_since_image_builder_never_replaces_one(self):
        settings = Settings(after_effects_package=PACKAGE)
        changed = [
            {"gpu_driver": "gaming"},
            {"after_effects_versions": ["2025"]},
            {"after_effects_package": "s3://other/"},
            {"gpu_root_volume": 300},
        ]
        made = {version(settings.model_copy(update=each), "source") for each in [{}, *changed]}
        assert len(made | {version(settings, "other source")}) == len(changed) + 2

    def test_is_the_same_for_the_same(self):
        first = version(Settings(after_effects_package=PACKAGE), "source")
        assert first == version(Settings(after_effects_package=PACKAGE, name="other"), "source")
        assert all(int(number) < 2**30 for number in first.split("."))


class TestDistribution:
    def test_writes_the_images_id_where_image_builder_itself_may(self, large):
        (place,) = large.one(f"{BUILDER}DistributionConfiguration")["Distributions"]
        assert place["SsmParameterConfigurations"] == [
            {"DataType": "aws:ec2:image", "ParameterName": "/imagebuilder/studio-gpu"}
        ]
        assert large.body["Outputs"]["MachineImageParameter"]["Value"] == "/imagebuilder/studio-gpu"

    def test_prepares_windows_first_steps_ahead(self, large):
        (place,) = large.one(f"{BUILDER}DistributionConfiguration")["Distributions"]
        (fast,) = place["FastLaunchConfigurations"]
        assert fast["Enabled"] is True
        assert fast["MaxParallelLaunches"] >= 6

    def test_shares_the_image_with_nobody(self, large):
        """It has Adobe's and NVIDIA's software in it."""
        (place,) = large.one(f"{BUILDER}DistributionConfiguration")["Distributions"]
        assert not {"LaunchPermissionConfiguration", "TargetAccountIds"} & set(
            place["AmiDistributionConfiguration"]
        )


class TestBuilder:
    def test_is_a_gpu_machine_that_is_ended_in_any_case(self, large):
        built = large.one(f"{BUILDER}InfrastructureConfiguration")
        assert built["InstanceTypes"][0] == "g5.2xlarge"
        assert built["TerminateInstanceOnFailure"] is True
        assert built["InstanceMetadataOptions"] == {
            "HttpPutResponseHopLimit": 1,
            "HttpTokens": "required",
        }
        assert "KeyPair" not in built

    def test_reads_only_what_goes_into_the_image(self, statements, told):
        read = {
            resource
            for statement in statements
            if "s3:GetObject" in statement["Action"]
            for resource in statement["Resource"]
        }
        s3 = "arn:aws:s3:::"
        source = f"/{told['worker']['SourceKey']}"
        (asset,) = {resource for resource in read if resource.endswith(source)}
        assert read - {asset} == {
            f"{s3}ec2-windows-nvidia-drivers/latest/*",
            f"{s3}ec2imagebuilder-*",
            f"{s3}studio-installers/after-effects/2025/*",
            f"{s3}studio-installers/after-effects/2026/*",
        }

    def test_writes_to_one_repository_and_its_log(self, large, statements):
        repository = large.id_of("AWS::ECR::Repository", RepositoryName="studio/worker-windows")
        for statement in statements:
            if "ecr:PutImage" in statement["Action"]:
                assert statement["Resource"] == [f"<{repository}.Arn>"]
            if "logs:PutLogEvents" in statement["Action"]:
                (log,) = statement["Resource"]
                assert log.endswith(":log-group:/aws/imagebuilder/studio-gpu*")
        actions = {action for each in statements for action in each["Action"]}
        assert not {action for action in actions if "Delete" in action} - {
            "ec2messages:DeleteMessage"
        }
        assert not {"s3:PutObject", "iam:PassRole", "ssm:GetParameter"} & actions

    def test_has_all_of_a_few_actions_only(self, statements):
        everything = {
            action.partition(":")[0]
            for statement in statements
            if "*" in statement["Resource"]
            for action in statement["Action"]
        }
        assert everything == {"ec2messages", "ssmmessages", "ecr"}


@pytest.mark.parametrize(
    ("chosen", "there"),
    [
        ({}, False),
        ({"after_effects_package": PACKAGE}, True),
        ({"after_effects_package": PACKAGE, "gpu_mode": "container"}, False),
        ({"after_effects_package": PACKAGE, "gpu_max_machines": 0}, False),
    ],
)
def test_there_is_a_pipeline_where_there_is_something_to_make(chosen, there):
    assert wanted(Settings(**chosen)) is there


def test_nothing_of_it_is_in_a_template_without_a_package(template):
    kinds = {each["Type"] for each in template.body["Resources"].values()}
    assert not [kind for kind in kinds if kind.startswith(BUILDER)]
    assert template.body["Parameters"]["WindowsImageTag"]["Default"] == "0.1.0"
