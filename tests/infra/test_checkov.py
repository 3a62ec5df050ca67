"""How `make check` runs checkov: what it would stop, and what is explained to it."""

import copy
import json
import subprocess
from pathlib import Path

import pytest

from tests.infra.checkov import check
from tests.infra.checkov.check import found
from tests.support.paths import ROOT

SCRIPT = Path(check.__file__)
OWN_PYTHON = ROOT / ".venv-checkov" / "bin" / "python"
TEMPLATE = "build/Some.template.json"


def reported(verdict):
    check = {
        "check_id": "CKV_AWS_20",
        "check_name": "Ensure that it is private",
        "file_path": f"/{TEMPLATE}",
        "file_abs_path": TEMPLATE,
        "file_line_range": [4, 9],
        "resource": "AWS::S3::Bucket.Careless",
    }
    return {"results": {f"{verdict}_checks": [check]}}


def test_a_finding_is_said_with_its_place():
    assert found(reported("failed"), [TEMPLATE]) == [
        f"{TEMPLATE}:4 AWS::S3::Bucket.Careless: CKV_AWS_20 Ensure that it is private"
    ]


@pytest.mark.parametrize("verdict", ["passed", "skipped"])
def test_what_passes_or_is_explained_is_no_finding(verdict):
    assert found(reported(verdict), [TEMPLATE]) == []


@pytest.mark.parametrize("report", [reported("passed"), {"passed": 0, "failed": 0}])
def test_a_template_in_which_nothing_was_checked_is_one(report):
    """checkov passes over a file that it cannot read, and ends with 0."""
    (problem,) = found(report, ["build/Other.template.json"])
    assert problem.startswith("build/Other.template.json: ")


def test_an_explanation_is_in_the_metadata_of_the_one_resource():
    from aws_cdk import App, CfnResource, Stack
    from aws_cdk import aws_s3 as s3

    from stacks.acknowledge import acknowledge

    bucket = s3.Bucket(Stack(App(), "Stack"), "Bucket", enforce_ssl=True)
    acknowledge(bucket, "first", "AwsSolutions-S1", "CKV_AWS_18")
    acknowledge(bucket, "second", "CKV_AWS_21")

    skipped = {
        each.node.path: each.get_metadata("checkov")
        for each in bucket.node.find_all()
        if isinstance(each, CfnResource)
    }
    assert skipped == {
        "Stack/Bucket/Resource": {
            "skip": [
                {"id": "CKV_AWS_18", "comment": "first"},
                {"id": "CKV_AWS_21", "comment": "second"},
            ]
        },
        "Stack/Bucket/Policy/Resource": None,
    }


@pytest.mark.skipif(not OWN_PYTHON.exists(), reason="`make check` has not made .venv-checkov")
def test_checkov_stops_a_bucket_that_is_open(template, tmp_path):
    (name, bucket), *_ = template.all("AWS::S3::Bucket").items()
    opened = copy.deepcopy(bucket)
    del opened["Properties"]["PublicAccessBlockConfiguration"]
    file = tmp_path / "Opened.template.json"
    file.write_text(json.dumps({"Resources": {name: opened}}))

    done = subprocess.run(
        [str(OWN_PYTHON), str(SCRIPT), str(file)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1, done.stderr
    said = {line.rpartition(f"{name}: ")[2].split()[0] for line in done.stdout.splitlines()[:-1]}
    assert said == {"CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56"}
