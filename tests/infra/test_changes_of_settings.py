"""From any configuration to any other: what CloudFormation replaces must not bear a fixed name.

It makes the new resource before it removes the old one, and meets a name that is taken. What a
property's change replaces stands in CloudFormation's own schemas, which cfn-lint brings along.
"""

from itertools import permutations

import pytest

PAIRS = list(permutations(("small", "default", "large"), 2))


@pytest.fixture(params=PAIRS, ids="-to-".join)
def before_and_after(request, synthesised):
    return [synthesised(name).body["Resources"] for name in request.param]


def schema_of(kind):
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    return PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema


def at(resource, pointer):
    """The value at a schema's pointer (`/properties/Budget/BudgetName`) in a resource."""
    value = resource.get("Properties", {})
    for part in pointer.split("/")[2:]:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def create_only(kind):
    schema = schema_of(kind)
    return [
        *schema.get("createOnlyProperties", []),
        *schema.get("conditionalCreateOnlyProperties", []),
    ]


def fixed_names(resource):
    """Names that a template gives, of those by which AWS tells resources of a type apart."""
    found = {
        pointer: at(resource, pointer)
        for pointer in create_only(resource["Type"])
        if pointer.endswith("Name")
    }
    return {pointer: name for pointer, name in found.items() if isinstance(name, str)}


def replaced(before, after):
    """Create-only properties that change, by logical id: by value, or with what they refer to."""
    found = {}
    while True:
        known = len(found)
        for logical_id in before.keys() & after.keys():
            old, new = before[logical_id], after[logical_id]
            changed = {
                pointer
                for pointer in create_only(old["Type"])
                if at(old, pointer) != at(new, pointer) or referred(at(new, pointer)) in found
            }
            if changed:
                found[logical_id] = changed
        if len(found) == known:
            return found


def referred(value):
    return value.get("Ref") if isinstance(value, dict) else None


def test_nothing_is_replaced_by_something_of_the_same_name(before_and_after):
    before, after = before_and_after
    for logical_id, changed in replaced(before, after).items():
        named = fixed_names(after[logical_id])
        # A name of several parts is another one when one of them changes.
        assert not named or changed & named.keys(), f"{logical_id}: {changed} replace {named}"


def test_nothing_that_stays_behind_is_made_again_under_its_name(before_and_after):
    before, after = before_and_after
    for logical_id in before.keys() - after.keys():
        gone = before[logical_id]
        assert gone.get("DeletionPolicy", "Delete") == "Delete" or not fixed_names(gone), logical_id


def test_a_name_is_known_for_one(synthesised):
    """Or the tests above would pass for want of names."""
    (provider,) = synthesised("default").all("AWS::ECS::CapacityProvider").values()
    assert fixed_names(provider) == {"/properties/Name": "studio-gpu"}
    (repository,) = synthesised("default").all("AWS::ECR::Repository").values()
    assert list(fixed_names(repository).values()) == ["studio/worker-windows"]
