"""The operator's own AWS account, for the few commands that do not go through the API."""

import os
from typing import Any

import boto3


def client(service: str) -> Any:
    """A boto3 client with the credentials and the region of the environment.

    boto3 reads AWS_DEFAULT_REGION alone; AWS's command line and the CDK go by AWS_REGION first.
    """
    return boto3.client(service, region_name=os.environ.get("AWS_REGION") or None)
