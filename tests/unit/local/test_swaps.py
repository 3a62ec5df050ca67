"""The differences between the emulator's template and AWS's."""

from typing import Any

import pytest

from intarsia.local.errors import SwapError
from intarsia.local.swaps import (
    OWN_PORTS,
    SETTINGS,
    SWAPS,
    Swap,
    adapted,
    drop,
    looked_up_as,
    private_addresses,
    settle,
)


def _swap(apply: Any) -> tuple[Swap]:
    return (Swap("the swap", "because", apply),)


def _template(**resources: Any) -> dict[str, Any]:
    return {"Resources": resources}


MACHINES = {"Type": "AWS::AutoScaling::AutoScalingGroup"}
OTHER = {"Type": "AWS::S3::Bucket"}


def test_a_dropped_resource_leaves_its_name_wherever_it_was_referred_to() -> None:
    template = _template(
        Machines=MACHINES,
        Other=OTHER,
        User={
            "Type": "AWS::IAM::Policy",
            "DependsOn": ["Machines", "Other"],
            "Properties": {
                "ByRef": {"Ref": "Machines"},
                "ByAtt": [{"Fn::GetAtt": ["Machines", "Arn"]}, {"Fn::GetAtt": "Machines.Arn"}],
                "BySub": {"Fn::Sub": "a ${Machines} b ${Machines.Arn} c ${Other} d ${!Machines}"},
                "ByLongSub": {"Fn::Sub": ["${x} ${Machines}", {"x": {"Ref": "Machines"}}]},
                "Kept": {"Fn::Join": ["", [{"Ref": "Other"}, {"Fn::GetAtt": ["Other", "Arn"]}]]},
            },
        },
    )
    template["Outputs"] = {"Name": {"Value": {"Ref": "Machines"}}}
    result = adapted(template, _swap(drop(MACHINES["Type"])))
    assert set(result["Resources"]) == {"Other", "User"}
    assert result["Resources"]["User"]["DependsOn"] == ["Other"]
    assert result["Resources"]["User"]["Properties"] == {
        "ByRef": "Machines",
        "ByAtt": ["Machines", "Machines"],
        "BySub": {"Fn::Sub": "a Machines b Machines c ${Other} d ${!Machines}"},
        "ByLongSub": {"Fn::Sub": ["${x} Machines", {"x": "Machines"}]},
        "Kept": {"Fn::Join": ["", [{"Ref": "Other"}, {"Fn::GetAtt": ["Other", "Arn"]}]]},
    }
    assert result["Outputs"] == {"Name": {"Value": "Machines"}}


def test_a_dependency_on_nothing_but_a_dropped_resource_goes_with_it() -> None:
    template = _template(Machines=MACHINES, Other=OTHER | {"DependsOn": "Machines"})
    assert adapted(template, _swap(drop(MACHINES["Type"]))) == _template(Other=OTHER)


def test_the_template_itself_stays_as_it_is() -> None:
    template = _template(Machines=MACHINES, Other=OTHER)
    adapted(template, _swap(drop(MACHINES["Type"])))
    assert template == _template(Machines=MACHINES, Other=OTHER)


@pytest.mark.parametrize(
    "apply",
    [
        drop("AWS::ECS::CapacityProvider"),
        drop(MACHINES["Type"], "AWS::ECS::CapacityProvider"),
        looked_up_as("local"),
    ],
    ids=["one type", "one of two types", "parameters"],
)
def test_a_swap_that_finds_nothing_to_change_is_an_error(apply: Any) -> None:
    with pytest.raises(SwapError, match='"the swap" no longer matches'):
        adapted(_template(Machines=MACHINES), _swap(apply))


def test_looked_up_parameters_become_plain_ones_and_others_stay() -> None:
    template = _template(Other=OTHER) | {
        "Parameters": {
            "Image": {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/x"},
            "Url": {"Type": "String", "Default": ""},
        }
    }
    result = adapted(template, _swap(looked_up_as("local")))
    assert result["Parameters"] == {
        "Image": {"Type": "String", "Default": "local"},
        "Url": {"Type": "String", "Default": ""},
    }


def test_a_setting_that_no_resource_has_is_an_error() -> None:
    with pytest.raises(SwapError, match=SETTINGS[0].name):
        settle(_template(Other=OTHER), {}, lambda service: pytest.fail(f"asked for {service}"))


def test_settings_reach_the_emulator_and_can_be_applied_again(emulator: Any) -> None:
    dynamodb, s3 = emulator.clients("dynamodb"), emulator.clients("s3")
    dynamodb.create_table(
        TableName="settled",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    s3.create_bucket(Bucket="settled")
    template = _template(
        Table={
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            },
        },
        Bucket={
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "LifecycleConfiguration": {
                    "Rules": [
                        {
                            "Id": "old",
                            "Status": "Enabled",
                            "Prefix": "jobs/",
                            "ExpirationInDays": 9,
                        }
                    ]
                }
            },
        },
        Unsettled=OTHER,
    )
    for _ in range(2):
        settle(template, {"Table": "settled", "Bucket": "settled"}, emulator.clients)
    ttl = dynamodb.describe_time_to_live(TableName="settled")["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    backups = dynamodb.describe_continuous_backups(TableName="settled")
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    assert s3.get_bucket_lifecycle_configuration(Bucket="settled")["Rules"] == [
        {
            "ID": "old",
            "Status": "Enabled",
            "Filter": {"Prefix": "jobs/"},
            "Expiration": {"Days": 9},
        }
    ]


def test_every_difference_has_a_name_of_its_own_and_a_reason() -> None:
    differences = [(one.name, one.why) for one in (*SWAPS, *SETTINGS)]
    assert len({name for name, _ in differences}) == len(differences)
    assert all(len(why) > 20 for _, why in differences)


def test_functions_that_say_whether_private_addresses_are_allowed_may_ask_them_here() -> None:
    def function(**variables: Any) -> dict[str, Any]:
        return {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Environment": {"Variables": variables}},
        }

    template = _template(Sends=function(INTARSIA_ALLOW_PRIVATE_SOURCES="0"), Other=function(A="0"))
    ports = {"INTARSIA_OWN_PORTS": {"Ref": OWN_PORTS}}
    assert adapted(template, _swap(private_addresses)) == _template(
        Sends=function(INTARSIA_ALLOW_PRIVATE_SOURCES="1", **ports), Other=function(A="0")
    ) | {"Parameters": {OWN_PORTS: {"Type": "String"}}}
