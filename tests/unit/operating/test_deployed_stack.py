"""What CloudFormation says of a stack, also of one that could not be made."""

from types import SimpleNamespace

import pytest

from intarsia.operating.deployed_stack import DeployedStack
from intarsia.operating.part_checks import functions
from intarsia.operating.stack_checks import examine


def test_a_resource_that_could_not_be_made_is_passed_over(stack_of):
    """After `cdk deploy --no-rollback` it is in the list, without an id."""
    stack = stack_of([("AWS::SQS::Queue", "Failed", None), ("AWS::SQS::Queue", "Made", "url")])
    assert stack.ids("AWS::SQS::Queue") == ["url"]


def test_a_first_deployment_that_stopped_is_a_finding(stack_of):
    (found,) = examine(stack_of(status="CREATE_FAILED", outputs={}))
    assert (found.what, found.said) == ("stack", "CREATE_FAILED")
    assert "deploy again" in found.advice


def test_a_stack_of_somebody_else_is_none_of_ours():
    other = {"StackName": "Other", "StackStatus": "CREATE_COMPLETE"}
    client = SimpleNamespace(describe_stacks=lambda **_: {"Stacks": [other]})
    with pytest.raises(LookupError, match="ApiUrl"):
        DeployedStack(lambda _: client, "Other")


def test_functions_that_are_gone_or_failed_are_named(stack_of):
    kind = "AWS::Lambda::Function"
    resources = [(kind, name, name) for name in ("api", "gone", "broken")]
    answers = [
        ("get_function_configuration", {"State": "Active"}),
        ("get_function_configuration", "ResourceNotFoundException"),
        ("get_function_configuration", {"State": "Failed", "StateReason": "No such layer"}),
    ]
    found = [*functions(stack_of(resources, **{"lambda": answers}))]
    assert [each.said for each in found] == [
        "2 found",
        "gone: not found",
        "broken: failed, No such layer",
    ]
    assert [bool(each.advice) for each in found] == [False, True, True]
