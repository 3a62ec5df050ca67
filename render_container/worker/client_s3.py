"""boto3 client for the bucket and the S3 endpoint in a job's `upload`; both are untrusted."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import httpx
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import (
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)

from intarsia.domain.uploads import AWS_ENDPOINT, UploadParams
from intarsia.fetching.addresses import CheckedTransport
from intarsia.storage.s3 import S3_CONFIG

TRIES = 4  # attempts per request
CONNECT, SILENCE = 10, 30  # seconds
_BLOCK = 1 << 16  # bytes


class CertificateError(Exception):
    """Rejection of the TLS certificate of a client's S3 endpoint. The message is the host."""


def client_s3(params: UploadParams, *, allow_private: bool) -> Any:
    """Return a boto3 S3 client with the access keys, endpoint and region of `params`.

    It uses none of the worker's own credentials. `allow_private` permits endpoints with private
    addresses. Requests to endpoints other than AWS go through `CheckedTransport`. In addition to
    botocore's errors, they raise ForbiddenAddressError, UnknownHostError or CertificateError.

    Raises ValueError if the endpoint is invalid, and botocore's InvalidRegionError if the region
    is.
    """
    foreign = params.endpoint.rstrip("/") != AWS_ENDPOINT
    config = Config(
        ignore_configured_endpoint_urls=True,
        connect_timeout=CONNECT,
        read_timeout=SILENCE,
        retries={"mode": "standard", "total_max_attempts": TRIES},
        # Few services other than AWS support the newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    if foreign:
        config = config.merge(Config(s3={"addressing_style": "path"}))
    client = boto3.Session(
        aws_access_key_id=params.access_key_id,
        aws_secret_access_key=params.access_key_secret,
        region_name=params.region,
    ).client(
        "s3",
        endpoint_url=params.endpoint if foreign else None,
        config=S3_CONFIG.merge(config),
    )
    if foreign:
        sender = _Sender(allow_private)
        client.meta.events.register("before-send.s3", sender.send)
    return client


class _Sender:
    """Sender of a boto3 client's requests, in place of botocore's, to allowed addresses only.

    Its method `send` handles botocore's event `before-send`.
    """

    def __init__(self, allow_private: bool) -> None:
        self._client = httpx.Client(
            transport=CheckedTransport(allow_private=allow_private),
            timeout=httpx.Timeout(SILENCE, connect=CONNECT),
            trust_env=False,
        )

    def send(self, request: Any, **_: Any) -> AWSResponse:
        """Send botocore's prepared and signed `request` and return the response.

        Ignores the event's other arguments. Raises CertificateError if the endpoint's certificate
        is rejected. Raises a botocore exception if the connection fails otherwise.
        """
        headers = {
            name: value if isinstance(value, str) else value.decode("latin-1")
            for name, value in request.headers.items()
            if name.lower() != "expect"
        }
        body = request.body
        content = body if body is None or isinstance(body, (bytes, str)) else _blocks(body)
        host = urlsplit(request.url).netloc
        try:
            answer = self._client.request(
                request.method, request.url, headers=headers, content=content
            )
        except httpx.ConnectError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise CertificateError(host) from error
            raise EndpointConnectionError(endpoint_url=host) from error
        except httpx.TimeoutException as error:
            raise ReadTimeoutError(endpoint_url=host) from error
        except httpx.NetworkError as error:
            raise ConnectionClosedError(endpoint_url=host) from error
        except httpx.RemoteProtocolError as error:
            raise HTTPClientError(error=error) from error
        return AWSResponse(request.url, answer.status_code, answer.headers, _Raw(answer.content))


def _blocks(body: Any) -> Iterator[bytes]:
    while block := body.read(_BLOCK):
        yield block


class _Raw:
    """Response body with the method by which botocore's AWSResponse reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        """Yield the whole body as one block."""
        yield self._content
