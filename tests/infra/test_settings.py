"""What an operator may choose, how it is spelled, and what is said of what cannot be."""

import json
from pathlib import Path

import pytest

from stacks import settings_page
from stacks.context import SettingError, settings_of


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch):
    monkeypatch.delenv("CDK_DEFAULT_ACCOUNT", raising=False)
    monkeypatch.delenv("CDK_DEFAULT_REGION", raising=False)


def settings(**context):
    from aws_cdk import App

    return settings_of(App(context=context).node)


def test_without_an_account_and_a_choice_there_are_defaults():
    assert (settings().account, settings().region) == ("000000000000", "us-east-1")


def test_account_and_region_are_those_of_the_credentials_unless_they_are_set(monkeypatch):
    monkeypatch.setenv("CDK_DEFAULT_ACCOUNT", "111122223333")
    monkeypatch.setenv("CDK_DEFAULT_REGION", "ap-southeast-2")
    assert (settings().account, settings().region) == ("111122223333", "ap-southeast-2")
    assert settings(account="444455556666").account == "444455556666"


def test_an_account_keeps_the_zeros_that_a_number_has_lost():
    assert settings(account=12345678901).account == "012345678901"


def test_a_file_holds_settings_and_the_command_line_wins_over_it(tmp_path):
    file = tmp_path / "ours.json"
    file.write_text(json.dumps({"gpuMaxMachines": 9, "linuxVcpus": 4, "linuxMemory": 16}))
    chosen = settings(configuration=str(file), gpuMaxMachines="7")
    assert (chosen.gpu_max_machines, chosen.linux_vcpus) == (7, 4)


@pytest.mark.parametrize(
    ("key", "text", "meant"),
    [
        ("gpuInstanceTypes", "g5.4xlarge, g6.4xlarge", ["g5.4xlarge", "g6.4xlarge"]),
        ("gpuInstanceTypes", '["g6.2xlarge"]', ["g6.2xlarge"]),
        ("afterEffectsVersions", "2025,2026", ["2025", "2026"]),
        ("tags", '{"team": "film"}', {"team": "film"}),
        ("linuxSpot", "false", False),
        ("logDays", "14", 14),
        ("linuxVcpus", "2", 2),
    ],
)
def test_everything_can_be_said_as_text_on_the_command_line(key, text, meant):
    found = settings(**{key: text}).model_dump(by_alias=True)
    assert found[key] == meant


@pytest.mark.parametrize(
    ("vcpus", "valid", "invalid"),
    [
        (1, (2, 3, 8), (9,)),
        (2, (4, 5, 16), (3, 17)),
        (4, (8, 9, 30), (7, 31, 32)),
        (8, (16, 20, 60), (15, 18, 61, 64)),
        (16, (32, 40, 120), (31, 36)),
    ],
)
def test_linux_tasks_have_a_size_of_memory_that_fargate_supports(vcpus, valid, invalid):
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html"""
    for memory in valid:
        assert settings(linuxVcpus=vcpus, linuxMemory=memory).linux_memory == memory
    for memory in invalid:
        with pytest.raises(SettingError, match=f"linuxMemory {memory}: with linuxVcpus {vcpus}"):
            settings(linuxVcpus=vcpus, linuxMemory=memory)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "AWS"),
        ("name", "ecs-renders"),
        ("name", "x" * 33),
        ("account", "nobody"),
        ("layer", "maybe"),
        ("nag", "perhaps"),
        ("gpuInstanceTypes", "t3.micro"),
        ("gpuInstanceTypes", "g5.xlarge"),
        ("gpuInstanceTypes", "g5.4xlarge,g5.2xlarge"),
        ("gpuInstanceTypes", []),
        ("gpuInstanceTypes", [["g5.2xlarge"]]),
        ("gpuMaxMachines", -1),
        ("gpuWarmMachines", 5),
        ("gpuSpotShare", 101),
        ("gpuMode", "gpu"),
        ("gpuRootVolume", 99),
        ("gpuDriver", "tesla"),
        ("afterEffectsVersions", "2024"),
        ("afterEffectsPackage", "https://bucket/package"),
        ("linuxMemory", 9),
        ("linuxVcpus", 3),
        ("splitFrames", -1),
        ("splitFrames", 5),
        ("splitPieces", 1),
        ("splitPieces", 21),
        ("domainName", "renders.example.com"),
        ("logDays", 31),
        ("alarmEmail", "somebody"),
        ("webhookRules", [{"name": "ours", "url": "http://example.com"}]),
        ("webhookRules", [{"name": "twice", "url": "https://a.example"}] * 2),
    ],
)
def test_what_cannot_work_is_refused_by_its_name(key, value):
    with pytest.raises(SettingError, match=key):
        settings(**{key: value})


def test_a_setting_that_does_not_exist_is_refused_with_the_one_that_was_meant():
    with pytest.raises(SettingError, match='"gpuMaxMachine"; did you mean "gpuMaxMachines"'):
        settings(gpuMaxMachine=3)


def test_what_the_cdk_itself_keeps_in_the_context_is_let_be():
    assert settings(**{"@aws-cdk/core:flag": True, "availability-zones:account=1": ["a"]})


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_file_that_holds_no_settings_is_named(tmp_path, content):
    file = tmp_path / "ours.json"
    file.write_text(content)
    with pytest.raises(SettingError, match=r"ours\.json"):
        settings(configuration=str(file))
    with pytest.raises(SettingError, match=r"missing\.json"):
        settings(configuration="missing.json")


def test_the_page_lists_the_settings_as_they_are():
    written = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
    assert written == settings_page.page(), "run `make configuration`"
