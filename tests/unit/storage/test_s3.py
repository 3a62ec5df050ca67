"""The hosts for which URLs are signed: as the signature covers the host, no redirect works."""

from urllib.parse import urlsplit

import boto3
import pytest

from intarsia.storage.fonts import FontFiles
from intarsia.storage.objects import Objects
from intarsia.storage.s3 import S3_CONFIG

KEY = "templates/team/1/source.aep"
REGIONS = ["us-east-1", "eu-central-1", "af-south-1"]
"""The last one was launched after March 2019: S3's global host does not lead there."""

SIGNED = {
    "read": lambda client: Objects(client, "bucket").presign_get(KEY, 60, file_name="a.aep"),
    "write": lambda client: Objects(client, "bucket").presign_put(KEY, 60),
    "write a font": lambda client: FontFiles(client, "bucket").upload_url(KEY, 60),
}


@pytest.fixture
def s3(monkeypatch):
    """`s3(region, endpoint=None)`: a client with credentials of nobody."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)

    def make(region, endpoint=None):
        return boto3.client(
            "s3",
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=S3_CONFIG,
        )

    return make


@pytest.mark.parametrize("sign", SIGNED.values(), ids=SIGNED)
@pytest.mark.parametrize("region", REGIONS)
def test_urls_lead_to_the_host_of_the_region(s3, region, sign):
    url = urlsplit(sign(s3(region)))
    assert (url.scheme, url.netloc) == ("https", f"bucket.s3.{region}.amazonaws.com")
    assert url.path == f"/{KEY}"
    assert f"%2F{region}%2Fs3%2Faws4_request" in url.query  # what the signature is valid for


@pytest.mark.parametrize("sign", SIGNED.values(), ids=SIGNED)
@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:4566", "http://[::1]:4566"])
def test_an_endpoint_that_is_an_ip_address_gets_the_bucket_in_the_path(s3, endpoint, sign):
    """A name such as bucket.127.0.0.1 resolves nowhere."""
    url = sign(s3("us-east-1", endpoint))
    assert url.startswith(f"{endpoint}/bucket/{KEY}?")
