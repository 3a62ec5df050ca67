"""Access to the operator's AWS account, for the few commands that do not use the API."""

import os
from typing import Any

import boto3


def client(service: str) -> Any:
    """Return a boto3 client with the credentials and the region of the environment.

    `service` is an AWS service's name, such as `dynamodb`. boto3 reads the region only from
    AWS_DEFAULT_REGION. AWS_REGION, which AWS's command line and the CDK prefer, is therefore passed
    to it.
    """
    return boto3.client(service, region_name=os.environ.get("AWS_REGION") or None)
