"""Every URL of S3 that the API answers with leads to the host of the bucket's region."""

from urllib.parse import urlsplit

import boto3
import pytest

from lambdas import dependencies

REGIONS = ["us-east-1", "eu-central-1", "af-south-1"]


@pytest.fixture(params=REGIONS)
def region(request, environment, finished, monkeypatch):
    """The region in which the functions run, for the clients that are made from now on.

    Those of the table were made before: moto keeps a table for each region.
    """
    monkeypatch.setenv("AWS_DEFAULT_REGION", request.param)
    assert dependencies.client("s3").meta.region_name == request.param
    return request.param


@pytest.fixture
def finished(environment, jobs, make_job, finish):
    """A job with an output."""
    job = make_job()
    jobs.create([job])
    finish(job.id)
    return job


def host_of(url):
    return urlsplit(url).netloc


def test_uploads_downloads_and_outputs(region, call, finished):
    _, created, _ = call("POST", "/api/v2/templates", {"type": "aep", "displayName": "Intro"})
    own = f"/api/v2/templates/{created['id']}"
    _, renewed, _ = call("PUT", f"{own}/upload")
    info = created["uploadInfo"]
    boto3.client("s3").put_object(Bucket="templates", Key=info["key"], Body=b"RIFX")
    _, read, _ = call("GET", f"{own}/download")
    _, read_by_its_old_name, _ = call("GET", f"{own}/upload")
    _, _, headers = call("GET", finished.output_url(""), token=None)

    for url in (info["url"], renewed["url"], read["url"], read_by_its_old_name["url"]):
        assert host_of(url) == f"templates.s3.{region}.amazonaws.com"
    assert host_of(headers["location"]) == f"renders.s3.{region}.amazonaws.com"


def test_uploads_of_fonts(region):
    url = dependencies.font_files().upload_url("fonts/team/1/Brand.ttf", 60)
    assert host_of(url) == f"templates.s3.{region}.amazonaws.com"


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("service", "signature"),
    [("s3", "s3v4"), ("dynamodb", "v4"), ("stepfunctions", "v4"), ("secretsmanager", "v4")],
)
def test_each_service_gets_the_signature_that_is_its_own(service, signature):
    assert dependencies.client(service).meta.config.signature_version == signature
