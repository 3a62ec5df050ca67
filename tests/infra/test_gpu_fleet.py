"""The GPU fleet in three configurations: none, on demand, and with warm and spare machines."""

import json
import re

import pytest

from stacks.settings import Settings

GROUP = "AWS::AutoScaling::AutoScalingGroup"
PROVIDER = "AWS::ECS::CapacityProvider"
WARM = {"gpu_warm_machines": 3}
SPARE = {"gpu_spot_share": 60}


def machines(**chosen):
    """Resources of a GPU fleet's machines alone, by type."""
    from aws_cdk import App, Environment, Stack, assertions

    from stacks.gpu_machines import GpuMachines
    from stacks.network import Network

    settings = Settings(gpu_max_machines=7, **chosen)
    stack = Stack(App(), "Other", env=Environment(account=settings.account, region=settings.region))
    GpuMachines(stack, "Machines", settings, Network(stack, "Network"))
    found = {}
    for each in assertions.Template.from_stack(stack).to_json()["Resources"].values():
        found.setdefault(each["Type"], []).append(each)
    return found


def behind(template, provider):
    """Properties of the group that a capacity provider (its properties) scales."""
    group = provider["AutoScalingGroupProvider"]["AutoScalingGroupArn"]["Ref"]
    return template.body["Resources"][group]["Properties"]


@pytest.fixture(params=["default", "large"])
def template(request, synthesised):
    return synthesised(request.param)


@pytest.fixture
def groups(template):
    return [each["Properties"] for each in template.all(GROUP).values()]


@pytest.fixture
def providers(template):
    return [each["Properties"] for each in template.all(PROVIDER).values()]


class TestEveryFleet:
    def test_has_no_machines_until_a_render_waits(self, groups):
        for group in groups:
            assert group["MinSize"] == "0"
            # A desired size in the template would send machines away at every deploy.
            assert "DesiredCapacity" not in group

    def test_grows_as_far_as_the_setting_in_one_step(self, template, providers):
        for provider in providers:
            scaling = provider["AutoScalingGroupProvider"]["ManagedScaling"]
            assert (scaling["Status"], scaling["TargetCapacity"]) == ("ENABLED", 100)
            most = int(behind(template, provider)["MaxSize"])
            assert most == scaling["MaximumScalingStepSize"] > 0

    def test_takes_no_machine_away_that_renders(self, groups, providers):
        for provider in providers:
            machines = provider["AutoScalingGroupProvider"]
            assert machines["ManagedTerminationProtection"] == "ENABLED"
            assert machines["ManagedDraining"] == "ENABLED"
        for group in groups:
            assert group["NewInstancesProtectedFromScaleIn"] is True
            # It would end a machine at the first sign that it may be taken back.
            assert not group.get("CapacityRebalance")

    def test_is_known_to_its_cluster(self, template):
        known = template.one("AWS::ECS::ClusterCapacityProviderAssociations")
        ours = [{"Ref": name} for name in template.all(PROVIDER)]
        assert known["CapacityProviders"] == ["FARGATE", "FARGATE_SPOT", *ours]
        assert known["DefaultCapacityProviderStrategy"] == []

    def test_is_told_apart_by_names_that_the_workflow_uses(self, template, providers):
        text = json.dumps(template.states["RenderGpu"]["Arguments"]["CapacityProviderStrategy"])
        for provider in providers:
            assert f"'{provider['Name']}'" in text

    def test_starts_spare_machines_by_the_groups_policy_never_by_the_template(self, template):
        """A template with market options fits neither warm nor mixed groups."""
        launch = template.one("AWS::EC2::LaunchTemplate")["LaunchTemplateData"]
        assert "InstanceMarketOptions" not in launch

    def test_is_reached_by_session_manager_alone(self, template):
        launch = template.one("AWS::EC2::LaunchTemplate")["LaunchTemplateData"]
        assert "KeyName" not in launch
        profile = template.body["Resources"][launch["IamInstanceProfile"]["Arn"]["Fn::GetAtt"][0]]
        (role,) = profile["Properties"]["Roles"]
        sessions = {each for each in template.actions(role["Ref"]) if each.startswith("ssm")}
        assert sessions == {
            "ssm:UpdateInstanceInformation",
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        }

    def test_tells_the_worker_what_machine_it_is_on(self, template):
        """Containers do not reach the metadata themselves: one hop."""
        launch = template.one("AWS::EC2::LaunchTemplate")["LaunchTemplateData"]
        script = launch["UserData"]["Fn::Base64"]
        assert '"X-aws-ec2-metadata-token"' in script
        for key, path in (("instanceType", "instance-type"), ("lifecycle", "instance-life-cycle")):
            assert f'{key} = Get-Metadata "{path}"' in script
        written = script.index(r'WriteAllText("$spool\machine.json"')
        assert written < script.index("Initialize-ECSAgent")
        assert "{{" not in script, "a placeholder is left"


class TestOnDemand:
    def test_takes_the_first_type_that_there_is(self):
        (group,) = machines(gpu_instance_types=["g6.2xlarge", "g5.2xlarge"])[GROUP]
        policy = group["Properties"]["MixedInstancesPolicy"]
        types = [each["InstanceType"] for each in policy["LaunchTemplate"]["Overrides"]]
        assert types == ["g6.2xlarge", "g5.2xlarge"]
        assert policy["InstancesDistribution"] == {
            "OnDemandAllocationStrategy": "prioritized",
            "OnDemandPercentageAboveBaseCapacity": 100,
        }

    def test_has_neither_warm_nor_spare_machines_unasked(self):
        found = machines()
        assert len(found[GROUP]) == 1
        assert "AWS::AutoScaling::WarmPool" not in found
        assert "AWS::AutoScaling::LifecycleHook" not in found


class TestSpare:
    def test_is_a_group_of_its_own_without_a_machine_on_demand(self):
        _, spare = machines(**SPARE)[GROUP]
        policy = spare["Properties"]["MixedInstancesPolicy"]
        assert policy["InstancesDistribution"] == {
            "OnDemandBaseCapacity": 0,
            "OnDemandPercentageAboveBaseCapacity": 0,
            "SpotAllocationStrategy": "price-capacity-optimized",
        }
        assert len(policy["LaunchTemplate"]["Overrides"]) == len(Settings().gpu_instance_types)

    def test_is_what_the_provider_of_that_name_scales(self, large):
        spare = large.one(PROVIDER, Name="studio-gpu-spot")
        paid = large.one(PROVIDER, Name="studio-gpu-warm")
        assert "MixedInstancesPolicy" in behind(large, spare)
        assert behind(large, paid)["AutoScalingGroupName"] == "studio-gpu"


class TestWarm:
    def test_has_one_type_and_nothing_spare_for_aws_allows_no_other(self):
        for chosen in (WARM, WARM | SPARE):
            found = machines(**chosen)
            (pool,) = found["AWS::AutoScaling::WarmPool"]
            warm = found[GROUP][0]["Properties"]
            assert warm["AutoScalingGroupName"] == "intarsia-gpu"
            assert "MixedInstancesPolicy" not in warm
            assert "LaunchTemplate" in warm
            assert "Warm" in pool["Properties"]["AutoScalingGroupName"]["Ref"]

    def test_is_switched_on_by_a_group_and_a_provider_of_their_own(self, synthesised):
        """A name given to the group replaces it, and its provider: whose name would be taken."""
        cold, warm = (synthesised(each) for each in ("default", "large"))
        for kind in (GROUP, PROVIDER):
            assert not set(cold.all(kind)) & set(warm.all(kind))
        names = [
            {each["Properties"]["Name"] for each in template.all(PROVIDER).values()}
            for template in (cold, warm)
        ]
        assert names == [{"studio-gpu"}, {"studio-gpu-warm", "studio-gpu-spot"}]

    def test_keeps_as_many_as_the_setting_and_not_as_many_as_there_may_be(self):
        (pool,) = machines(**WARM)["AWS::AutoScaling::WarmPool"]
        kept = {key: pool["Properties"][key] for key in ("MinSize", "MaxGroupPreparedCapacity")}
        assert kept == {"MinSize": 3, "MaxGroupPreparedCapacity": 3}
        assert pool["Properties"]["PoolState"] == "Stopped"

    def test_takes_no_machine_back_for_ecs_cannot(self):
        (pool,) = machines(**WARM)["AWS::AutoScaling::WarmPool"]
        assert "InstanceReusePolicy" not in pool["Properties"]

    def test_lets_windows_start_before_it_stops_a_machine(self, large):
        ((name, hook),) = large.all("AWS::AutoScaling::LifecycleHook").items()
        assert hook["Properties"]["LifecycleTransition"] == "autoscaling:EC2_INSTANCE_LAUNCHING"
        (pool,) = large.all("AWS::AutoScaling::WarmPool").values()
        assert name in pool["DependsOn"], "or the first machines would not wait"
        launch = large.one("AWS::EC2::LaunchTemplate")["LaunchTemplateData"]
        script = launch["UserData"]["Fn::Base64"]
        assert f'-LifecycleHookName "{hook["Properties"]["LifecycleHookName"]}"' in script
        assert script.index("Initialize-ECSAgent") < script.index("Complete-ASLifecycleAction")

    def test_does_not_join_the_cluster_only_to_be_stopped(self, large):
        """A task would be placed on it, and lost."""
        launch = large.one("AWS::EC2::LaunchTemplate")["LaunchTemplateData"]
        script = launch["UserData"]["Fn::Base64"]
        ahead = r'\$ahead = \$group -and .+"autoscaling/target-lifecycle-state"\) -like "Warmed:\*"'
        joins = r"if \(-not \$ahead\) {\n[^}]+Initialize-ECSAgent"
        assert re.search(f"{ahead}\n{joins}", script)

    def test_may_answer_its_own_groups_hook_only(self, large):
        answers = [
            statement["Resource"]
            for role in large.all("AWS::IAM::Role")
            for statement in large.statements(role)
            if "autoscaling:CompleteLifecycleAction" in statement["Action"]
        ]
        arn = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup"
        assert answers == [[f"{arn}:*:autoScalingGroupName/studio-gpu"]]

    @pytest.mark.parametrize(("name", "group"), [("default", ""), ("large", "studio-gpu")])
    def test_is_what_the_agent_checks_where_there_are_such_machines(self, synthesised, name, group):
        launch = synthesised(name).one("AWS::EC2::LaunchTemplate")["LaunchTemplateData"]
        script = launch["UserData"]["Fn::Base64"]
        assert f'$group = "{group}"\n' in script
        check = '"ECS_WARM_POOLS_CHECK" $(if ($group) { "true" } else { "false" })'
        assert 0 < script.index(check) < script.index("Initialize-ECSAgent")


class TestNone:
    def test_leaves_nothing_of_the_fleet(self, small):
        kinds = {each["Type"] for each in small.body["Resources"].values()}
        assert not {kind for kind in kinds if kind.startswith("AWS::AutoScaling")}
        assert not kinds & {PROVIDER, "AWS::EC2::LaunchTemplate"}
        assert not {"GpuImage", "WindowsImageTag"} & set(small.body["Parameters"])
        known = small.one("AWS::ECS::ClusterCapacityProviderAssociations")
        assert known["CapacityProviders"] == ["FARGATE", "FARGATE_SPOT"]

    def test_keeps_the_images_repository_for_it_outlives_the_fleet(self, small, template):
        """Made with each GPU fleet, it would be there already when one comes back."""
        without, with_a_fleet = (
            each.id_of("AWS::ECR::Repository", RepositoryName="studio/worker-windows")
            for each in (small, template)
        )
        assert without == with_a_fleet

    def test_runs_linux_tasks_only(self, small):
        tasks = small.all("AWS::ECS::TaskDefinition").values()
        assert [task["Properties"]["Family"] for task in tasks] == ["studio-linux"]
        machine = small.one("AWS::StepFunctions::StateMachine")
        (run,) = [
            each["Resource"]
            for each in small.statements(machine["RoleArn"]["Fn::GetAtt"][0])
            if "ecs:RunTask" in each["Action"]
        ]
        assert [arn.rpartition("/")[2] for arn in run] == ["studio-linux:*"]

    def test_fails_a_render_left_over_with_the_reason_and_never_draws_it_otherwise(self, small):
        assert "RenderGpu" not in small.states
        (for_gpu,) = small.states["Part"]["Choices"]
        assert for_gpu["Next"] == "PartEnded"
        assert "gpuMaxMachines" in for_gpu["Output"]["cause"]
