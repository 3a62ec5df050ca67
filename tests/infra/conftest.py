"""The template as an operator's `python app.py` writes it, synthesised once for all tests here."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT

NAME, ACCOUNT, REGION = "studio", "123456789012", "eu-west-1"

Resource = dict[str, Any]


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the marks
def pytest_collection_modifyitems(items):
    """One process for all of these tests, so that they share one synthesis."""
    for item in items:
        if item.nodeid.startswith("tests/infra/"):
            item.add_marker(pytest.mark.xdist_group("infra"))


@dataclass(frozen=True)
class Template:
    """A synthesised template, and questions about it."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "Intarsia.template.json"

    @cached_property
    def body(self) -> dict[str, Any]:
        return json.loads(self.file.read_text())

    def all(self, kind: str) -> dict[str, Resource]:
        """Resources of a type by logical id; there is at least one."""
        found = {
            name: resource
            for name, resource in self.body["Resources"].items()
            if resource["Type"] == kind
        }
        assert found, f"no {kind} in the template"
        return found

    def one(self, kind: str, **properties: Any) -> Resource:
        """Properties of the only resource of a type that has these properties."""
        found = [
            resource["Properties"]
            for resource in self.all(kind).values()
            if all(resource["Properties"].get(key) == value for key, value in properties.items())
        ]
        assert len(found) == 1, f"{len(found)} {kind} with {properties}"
        return found[0]

    def id_of(self, kind: str, **properties: Any) -> str:
        """Logical id of that resource."""
        wanted = self.one(kind, **properties)
        return next(
            name for name, resource in self.all(kind).items() if resource["Properties"] is wanted
        )

    def statements(self, role: str) -> list[dict[str, Any]]:
        """What a role (logical id) may do; actions and resources as lists."""
        return [
            statement
            | {
                "Action": _listed(statement["Action"]),
                "Resource": [self.flat(each) for each in _listed(statement["Resource"])],
            }
            for policy in self.all("AWS::IAM::Policy").values()
            if {"Ref": role} in policy["Properties"]["Roles"]
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        ]

    def actions(self, role: str) -> set[str]:
        """Everything a role (logical id) may do, on whatever."""
        return {action for each in self.statements(role) for action in each["Action"]}

    def role_of_function(self, name: str) -> str:
        """Logical id of a function's role."""
        function = self.one("AWS::Lambda::Function", FunctionName=name)
        return function["Role"]["Fn::GetAtt"][0]

    def flat(self, value: Any) -> str:
        """A value with references in it as one string, such as `<Table.Arn>/index/active`."""
        match value:
            case {"Fn::Join": ["", [*parts]]}:
                return "".join(self.flat(part) for part in parts)
            case {"Fn::GetAtt": [name, attribute]}:
                return f"<{name}.{attribute}>"
            case {"Ref": name}:
                return f"<{name}>"
            case _:
                return str(value)

    @cached_property
    def machine(self) -> dict[str, Any]:
        """The state machine's definition, its placeholders filled in."""
        properties = self.one("AWS::StepFunctions::StateMachine")
        text = properties["DefinitionString"]
        for name, value in properties["DefinitionSubstitutions"].items():
            text = text.replace("${" + name + "}", self.flat(value))
        return json.loads(text)

    @cached_property
    def states(self) -> dict[str, dict[str, Any]]:
        """All its states by name, those inside the map too."""
        return dict(_states(self.machine))


def _states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from _states(state["ItemProcessor"])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.fixture(scope="session")
def synthesised(tmp_path_factory) -> Callable[[str], Template]:
    """Return what `app.py` makes of a configuration in examples/configurations, by its name.

    For a real account and a name of its own. cdk-nag is on: a finding that nobody has acknowledged
    fails every test here. It is done in this process, because starting the CDK's Node and loading
    its library takes several times as long as a synthesis.
    """

    from stacks.stack import build  # starts Node

    @cache
    def synthesise(configuration: str) -> Template:
        folder = tmp_path_factory.mktemp("cdk.out")
        file = ROOT / "examples" / "configurations" / f"{configuration}.json"
        chosen = {"name": NAME, "account": ACCOUNT, "region": REGION, "layer": "none", "nag": True}
        context = json.loads((ROOT / "cdk.json").read_text())["context"] | chosen
        build(defaults=context | {"configuration": str(file)}, outdir=str(folder)).synth()
        return Template(folder)

    return synthesise


@pytest.fixture(scope="session")
def template(synthesised) -> Template:
    """Nothing chosen."""
    return synthesised("default")


@pytest.fixture(scope="session")
def small(synthesised) -> Template:
    """Previews only."""
    return synthesised("small")


@pytest.fixture(scope="session")
def large(synthesised) -> Template:
    """Two hundred machines, warm ones, spare capacity, two versions of After Effects."""
    return synthesised("large")


@pytest.fixture(scope="session", params=["small", "default", "large"])
def any_template(request, synthesised) -> Template:
    """Each of them."""
    return synthesised(request.param)
