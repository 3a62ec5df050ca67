"""Authentication of requests to the emulator: verification of their AWS signatures.

MiniStack accepts four kinds of access key ids as the account's root and never verifies their
signatures. It derives the secrets of functions' roles from public names, and it serves many paths
without authentication. `install` removes these root keys and makes the secrets unguessable;
`emulator_gate` verifies each request before it reaches MiniStack. Authorization, the second step,
is left to MiniStack's IAM.

Rules of Signature Version 4:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

from ministack.core import iam_evaluator, lambda_runtime, sigv4
from ministack.services import lambda_svc, sts

from intarsia.local.credentials import Credentials
from intarsia.local.environment import REGION

ACCOUNT = "000000000000"
ALGORITHM = "AWS4-HMAC-SHA256"
LONGEST_EXPIRY = 7 * 24 * 3600
"""Longest accepted validity of a presigned URL in seconds, the same as in S3."""

CLOCK_SKEW = timedelta(minutes=15)
"""Largest accepted difference between the time in a signature and this machine's clock."""

_CREDENTIAL_PARAMETERS = frozenset(
    name.lower()
    for name in (
        *("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires"),
        *("X-Amz-SignedHeaders", "X-Amz-Signature", "X-Amz-Security-Token"),
        *("AWSAccessKeyId", "Signature", "Expires"),
    )
)


class RefusedError(Exception):
    """Refusal of a request. `code` is AWS's error code for the reason, such as `AccessDenied`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Request:
    """An HTTP request to the emulator as it arrived, without its body."""

    method: str
    path: str
    """Percent-decoded path, by which MiniStack routes requests."""
    raw_path: str
    """Path as it was sent, percent-encoded, which the signature covers."""
    query_string: str
    headers: Mapping[str, str]
    """Header values by lower-case name; repeated headers are joined by commas."""

    @property
    def query(self) -> dict[str, list[str]]:
        """Return the parameters of the query string, each with all its values."""
        return parse_qs(self.query_string, keep_blank_values=True)

    @property
    def names_credentials(self) -> bool:
        """Return whether the header or the query contains AWS credentials, valid or not."""
        signed = self.headers.get("authorization", "").startswith("AWS")
        return signed or self.names_credentials_in_query

    @property
    def names_credentials_in_query(self) -> bool:
        """Return whether any parameter of the query belongs to an AWS signature."""
        return any(name.lower() in _CREDENTIAL_PARAMETERS for name in self.query)


def install(credentials: Credentials) -> None:
    """Patch MiniStack: the operator's key is the only root key, and roles' secrets are unguessable.

    Both are derived from `credentials`.
    """

    def no_root_key(_access_key_id: str) -> bool:
        return False

    iam_evaluator.is_root_access_key = no_root_key
    sts.is_root_access_key = no_root_key
    operator = credentials.operator
    sts.register_session(
        operator["AWS_ACCESS_KEY_ID"],
        {
            "Arn": f"arn:aws:iam::{ACCOUNT}:root",
            "UserId": ACCOUNT,
            "SecretAccessKey": operator["AWS_SECRET_ACCESS_KEY"],
        },
    )

    def function_session(config: dict[str, str]) -> dict[str, str]:
        return register(
            credentials, config["FunctionArn"], config["Role"], config["FunctionName"][:64]
        )

    lambda_runtime.execution_credentials = function_session
    lambda_svc.execution_credentials = function_session


def register(credentials: Credentials, holder_arn: str, role_arn: str, name: str) -> dict[str, str]:
    """Register a role's session in the emulator; return its credentials as environment variables.

    `holder_arn` is the ARN of the task or function that acts as the role. `name` is the session's
    name. The session's key and secret are derived from `credentials`.
    """
    session = credentials.session(holder_arn, role_arn)
    account, role = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    sts.register_session(
        session["AWS_ACCESS_KEY_ID"],
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name}",
            "UserId": f"{role}:{name}",
            "SecretAccessKey": session["AWS_SECRET_ACCESS_KEY"],
            "SessionToken": session["AWS_SESSION_TOKEN"],
        },
    )
    return session


def verify_header(request: Request, body: bytes) -> None:
    """Raise RefusedError unless the header `Authorization` has a valid signature of the request.

    The signature covers `body`, too.
    """
    signature = _of_header(request)
    given = request.headers.get("x-amz-content-sha256")
    if given is not None and given != hashlib.sha256(body).hexdigest():
        raise RefusedError(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        )
    token = request.headers.get("x-amz-security-token", "")
    secret = _secret(signature.access_key_id, token)
    _match(request, signature, secret, body, presigned=False)


def check_header(request: Request) -> str:
    """Return the service that the header `Authorization` names, such as `dynamodb`.

    Raises RefusedError for errors in the header that do not depend on the body. Use it before the
    body is read: the signature itself is verified by `verify_header`.
    """
    signature = _of_header(request)
    _secret(signature.access_key_id, request.headers.get("x-amz-security-token", ""))
    return str(signature.service)


def verify_presigned(request: Request) -> None:
    """Raise RefusedError unless the query has a valid, unexpired signature for S3."""
    repeated = [name for name, values in request.query.items() if len(values) > 1]
    if repeated:
        raise RefusedError("AuthorizationQueryParametersError", f"{repeated[0]} is repeated.")
    query = {name: values[0] for name, values in request.query.items()}
    if query.get("X-Amz-Algorithm") != ALGORITHM:
        raise RefusedError("InvalidRequest", f"X-Amz-Algorithm only supports {ALGORITHM}.")
    signature = _parsed(sigv4.parse_query_signature(query))
    if signature.service != "s3":
        raise RefusedError("AccessDenied", "Presigned URLs are for S3 only.")
    _check_scope(request, signature)
    _check_expiry(signature.amz_date, query.get("X-Amz-Expires", ""))
    secret = _secret(signature.access_key_id, query.get("X-Amz-Security-Token", ""))
    _match(request, signature, secret, b"", presigned=True)


def _of_header(request: Request) -> sigv4.HeaderSignature:
    if not request.headers.get("authorization", "").startswith(f"{ALGORITHM} "):
        raise RefusedError("MissingAuthenticationToken", "Missing Authentication Token")
    if request.names_credentials_in_query:
        raise RefusedError(
            "InvalidArgument", "Only one auth mechanism allowed: a header or the query."
        )
    signature = _parsed(sigv4.parse_header_signature(request.headers))
    _check_scope(request, signature)
    if abs(datetime.now(UTC) - _moment(signature.amz_date)) > CLOCK_SKEW:
        raise RefusedError(
            "RequestTimeTooSkewed", "The request was signed too long ago or in the future."
        )
    return signature


def _parsed(found: "sigv4.HeaderSignature | tuple[str, str]") -> sigv4.HeaderSignature:
    if isinstance(found, tuple):
        raise RefusedError(*found)
    return found


def _check_scope(request: Request, signature: sigv4.HeaderSignature) -> None:
    if signature.region != REGION:
        raise RefusedError(
            "SignatureDoesNotMatch", f"Credential should be scoped to a valid region: {REGION}."
        )
    signed = set(signature.signed_headers.split(";"))
    # An unsigned header could turn this request into another one: x-amz-target selects the
    # operation, and x-amz-copy-source turns an upload into a copy of another team's object.
    needed = {"host", *(name for name in request.headers if name.startswith("x-amz-"))}
    if missing := sorted(needed - signed):
        raise RefusedError(
            "AccessDenied",
            f"There were headers present in the request which were not signed: {missing[0]}",
        )


def _check_expiry(amz_date: str, expires: str) -> None:
    if not expires.isdecimal() or not 1 <= int(expires) <= LONGEST_EXPIRY:
        raise RefusedError(
            "AuthorizationQueryParametersError",
            f"X-Amz-Expires must be between 1 and {LONGEST_EXPIRY} seconds.",
        )
    signed, now = _moment(amz_date), datetime.now(UTC)
    if signed > now + CLOCK_SKEW:
        raise RefusedError("AccessDenied", "Request is not valid yet")
    if now > signed + timedelta(seconds=int(expires)):
        raise RefusedError("AccessDenied", "Request has expired")


def _moment(amz_date: str) -> datetime:
    try:
        return datetime.strptime(amz_date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise RefusedError("AccessDenied", "X-Amz-Date must be like 20260131T235959Z.") from None


def _secret(access_key_id: str, token: str) -> str:
    found = iam_evaluator.resolve_credential(access_key_id, ACCOUNT, token)
    if isinstance(found, iam_evaluator.CredentialResolutionError):
        raise RefusedError(found.code, found.message)
    return str(found.secret_access_key)


def _match(
    request: Request,
    signature: sigv4.HeaderSignature,
    secret: str,
    body: bytes,
    *,
    presigned: bool,
) -> None:
    failure = sigv4.header_signature_failure(
        signature,
        secret,
        request.method,
        request.raw_path,
        request.query,
        request.headers,
        body,
        presigned=presigned,
    )
    if failure:
        raise RefusedError(*failure)
