"""Configuration of S3 clients."""

from typing import Final

from botocore.config import Config

S3_CONFIG: Final = Config(
    # Older signatures make URLs that never expire.
    signature_version="s3v4",
    # By default boto3 signs URLs for the global host, `<bucket>.s3.amazonaws.com`. In the first
    # hours of a bucket this host redirects to the host of the bucket's region, which refuses the
    # signature because it covers the host. Regions launched after March 2019 are out of its reach.
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
)
"""Configuration of S3 clients: signature version 4, and the bucket in its region as the host.

Presigned URLs begin with `https://<bucket>.s3.<region>.amazonaws.com`. URLs for an endpoint that is
an IP address, such as the emulator's, are path-style nevertheless. Add options with
`S3_CONFIG.merge(Config(...))`. Use it for S3 only: other services call signature version 4 `v4`.
"""
