"""Upload of the output to the client's own S3 bucket; S3's errors become AttemptErrors."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    InvalidRegionError,
    ParamValidationError,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)

from intarsia.domain.uploads import Upload
from intarsia.fetching.addresses import ForbiddenAddressError, UnknownHostError
from render_container.worker.client_s3 import CertificateError, client_s3
from render_container.worker.errors import AttemptError, Kind
from render_container.worker.parallel import Check

PART = 16 << 20  # bytes per part; S3 allows 10 000 parts
LONGEST = 2 * 3600  # seconds for the whole upload

_BLAMED: Final = {
    "InvalidAccessKeyId": "accessKeyId",
    "SignatureDoesNotMatch": "accessKeySecret",
    "NoSuchBucket": "bucket",
    "InvalidBucketName": "bucket",
    "PermanentRedirect": "region",
    "AuthorizationHeaderMalformed": "region",
    "IllegalLocationConstraintException": "region",
    "AccessControlListNotSupported": "acl",
}
"""Parameter of `upload.params` that causes an S3 error, by the error's code.

Errors with other codes are attributed to `upload.params` as a whole.
"""
_AGAIN: Final = {408, 429, 500, 502, 503, 504}
_AGAIN_CODES: Final = {"SlowDown", "RequestTimeout", "RequestTimeTooSkewed", "OperationAborted"}
_TOLD = 300  # characters quoted from a foreign server's error


def upload_to_client(
    upload: Upload,
    file: Path,
    *,
    file_name: str,
    content_type: str,
    allow_private: bool,
    check: Check,
) -> None:
    """Upload `file` to the client's bucket, in parts if it has PART bytes or more.

    The object's key is the upload's prefix and `file_name`. `allow_private` permits endpoints with
    private addresses. An exception raised by `check` ends the upload.

    Raises AttemptError: `user`, naming the parameter and S3's code, for errors that the client must
    fix; `transient` for network and server errors.
    """
    deadline = time.monotonic() + LONGEST

    def go_on(_: int) -> None:
        check()
        if time.monotonic() > deadline:
            raise _refused("endpoint", f"the upload took longer than {LONGEST} seconds")

    params = upload.params
    extra = {"ContentType": content_type} | ({"ACL": params.acl} if params.acl else {})
    with _plain_errors(params.endpoint):
        client = client_s3(params, allow_private=allow_private)
        with file.open("rb") as body:
            client.upload_fileobj(
                body,
                params.bucket,
                upload.key(file_name),
                ExtraArgs=extra,
                Callback=go_on,
                Config=TransferConfig(
                    multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=4
                ),
            )


@contextmanager
def _plain_errors(endpoint: str) -> Iterator[None]:
    host = urlsplit(endpoint).netloc.rpartition("@")[2]
    try:
        yield
    except ClientError as error:
        raise _answered(error.response, host) from error
    except ForbiddenAddressError as error:
        raise _refused("endpoint", f"{host} leads to {error.what}, which is not allowed") from None
    except UnknownHostError:
        raise _refused("endpoint", f"the host {host} does not exist") from None
    except CertificateError:
        raise _refused("endpoint", f"{host} has an invalid TLS certificate") from None
    except InvalidRegionError:
        raise _refused("region", "is not a valid region") from None
    except ParamValidationError as error:
        told = "bucket" if "bucket" in str(error).lower() else "acl"
        raise _refused(told, "is not valid") from error
    except (HTTPClientError, BotoConnectionError, OSError) as error:
        raise AttemptError(
            "transient", f"upload.params.endpoint: the connection to {host} failed."
        ) from error
    except (BotoCoreError, ValueError) as error:
        raise _refused("endpoint", "the endpoint or the access keys are not valid") from error


def _answered(response: dict[str, Any], host: str) -> AttemptError:
    code = str(response["Error"].get("Code", ""))[:_TOLD]
    message = " ".join(str(response["Error"].get("Message", "")).split())[:_TOLD].rstrip(".")
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    blamed = _BLAMED.get(code)
    field = f"upload.params.{blamed}" if blamed else "upload.params"
    kind: Kind = "transient" if status in _AGAIN or code in _AGAIN_CODES else "user"
    said = f"{code}: {message}" if message else code
    return AttemptError(kind, f"{field}: the storage at {host} answered {said}.")


def _refused(parameter: str, why: str) -> AttemptError:
    return AttemptError("user", f"upload.params.{parameter}: {why}.")
