"""Access to the operator's AWS account, for the few commands that do not use the API."""

import os
from typing import Any

import boto3


def client(service: str) -> Any:
    """Return a boto3 client with the credentials and the region of the environment.

    boto3 reads only AWS_DEFAULT_REGION; AWS's command line and the CDK prefer AWS_REGION.
    """
    return boto3.client(service, region_name=os.environ.get("AWS_REGION") or None)
