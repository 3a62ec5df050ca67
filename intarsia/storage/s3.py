"""The configuration of every S3 client that reads, writes or signs URLs."""

from typing import Final

from botocore.config import Config

S3_CONFIG: Final = Config(
    # Older signatures make URLs that never expire.
    signature_version="s3v4",
    # By default boto3 signs URLs for the global host, `<bucket>.s3.amazonaws.com`. For the first
    # hours of a bucket that host redirects to the bucket's region, and the signature, which covers
    # the host, is refused there. Regions launched after March 2019 are never reached through it.
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
)
"""Signature version 4, for `https://<bucket>.s3.<region>.amazonaws.com`.

An endpoint given as an IP address, such as the emulator's, gets path-style URLs all the same. Add
options with `S3_CONFIG.merge(Config(...))`. For S3 only: other services sign with `v4`.
"""
