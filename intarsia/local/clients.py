"""boto3 clients that can reach only the emulator."""

import os
import threading
from pathlib import Path
from typing import Any, Self

import boto3
import botocore.session
from botocore.config import Config

from intarsia.local.credentials import Credentials
from intarsia.local.environment import REGION

FOLDER = "emulator"
"""Name of the emulator's own folder inside a stack's state folder."""


class Clients:
    """boto3 clients of one emulator with its operator's credentials, made on first use and kept.

    Endpoint, credentials and region are explicit. The user's profiles and config files are not
    read, so `AWS_PROFILE` has no effect. Thread-safe.
    """

    def __init__(self, endpoint: str, credentials: Credentials) -> None:
        self._endpoint = endpoint
        operator = credentials.operator
        self._made: dict[str, Any] = {}
        # Making clients on one session from several threads is not safe (boto3's own guide).
        self._lock = threading.Lock()
        core = botocore.session.Session(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": (None, None, os.devnull, None),
                "credentials_file": (None, None, os.devnull, None),
            }
        )
        self._session = boto3.session.Session(
            aws_access_key_id=operator["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=operator["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
            botocore_session=core,
        )

    @classmethod
    def of(cls, state: Path, endpoint: str) -> Self:
        """Return clients of the stack that another process runs from the state folder `state`.

        `endpoint` is the emulator's origin, such as `http://127.0.0.1:4566`.
        """
        return cls(endpoint, Credentials.of(state / FOLDER))

    def __call__(self, service: str) -> Any:
        """Return the client of an AWS service, such as `dynamodb`."""
        with self._lock:
            if service not in self._made:
                self._made[service] = self._session.client(
                    service,
                    endpoint_url=self._endpoint,
                    config=Config(
                        # In the emulator, URLs with an older signature never expire.
                        signature_version="s3v4" if service == "s3" else None,
                        s3={"addressing_style": "path"},
                        proxies={},
                        # Otherwise StartSyncExecution connects to the host sync-127.0.0.1.
                        inject_host_prefix=False,
                        max_pool_connections=32,
                        # The second attempt is for a connection that was closed while it was
                        # idle. More would delay a stop by seconds: the emulator ends first.
                        retries={"mode": "standard", "total_max_attempts": 2},
                    ),
                )
            return self._made[service]
