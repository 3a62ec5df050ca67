"""What the doctor looks for by type and logical id is there under it."""

from intarsia import names


def found(template, kind, part=""):
    """Logical ids, as the doctor picks them."""
    resources = template.body["Resources"].items()
    return [name for name, each in resources if each["Type"] == kind and part in name]


def test_every_installation_has_one_linux_task_and_one_cluster(any_template):
    assert len(found(any_template, "AWS::ECS::TaskDefinition", "Linux")) == 1
    assert len(found(any_template, "AWS::ECS::Cluster")) == 1
    assert len(found(any_template, "AWS::StepFunctions::StateMachine")) == 1
    assert {"ApiUrl", "TableName"} <= any_template.body["Outputs"].keys()


def test_a_gpu_fleet_has_an_image_of_its_tasks_and_one_of_its_machines(small, template):
    for kind in ("AWS::ECS::CapacityProvider", "AWS::AutoScaling::AutoScalingGroup"):
        assert (len(found(small, kind)), len(found(template, kind))) == (0, 1)
    assert len(found(template, "AWS::ECR::Repository", "Windows")) == 1
    assert {"WindowsImageTag", "GpuImage"} <= template.body["Parameters"].keys()


def test_spare_capacity_is_told_by_the_policy_of_its_group(large):
    groups = large.all("AWS::AutoScaling::AutoScalingGroup").values()
    shares = [
        each["Properties"]
        .get("MixedInstancesPolicy", {})
        .get("InstancesDistribution", {})
        .get("OnDemandPercentageAboveBaseCapacity", 100)
        for each in groups
    ]
    assert sorted(shares) == [0, 100]


def test_the_depths_are_in_a_functions_environment(template):
    told = [
        each["Properties"].get("Environment", {}).get("Variables", {})
        for each in template.all("AWS::Lambda::Function").values()
    ]
    for key in (names.ENV_GPU_DEPTH, names.ENV_LINUX_DEPTH):
        assert {each[key] for each in told if key in each} == {"200"}


def test_the_only_topic_is_the_alarms(small, large):
    assert (len(found(small, "AWS::SNS::Topic")), len(found(large, "AWS::SNS::Topic"))) == (0, 1)
