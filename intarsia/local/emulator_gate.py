"""The gate in front of the emulator: an allowlist of the requests that reach MiniStack.

MiniStack serves many endpoints without authentication: its own under `/_ministack/`, data planes
under `/_aws/`, hosts and paths of a hundred services. Clients know its port, because it is part of
each upload link. `Gate` therefore refuses all requests that its docstring does not list.
"""
# ruff: noqa: SLF001 - reaching into another package's modules is what this file is for

import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from ministack import app
from ministack.core.iam_evaluator import AuthError
from ministack.core.router import detect_service
from ministack.services.cloudformation import custom_resource, wait_conditions

from intarsia.local.credentials import FRONT_HEADER
from intarsia.local.emulator_auth import (
    RefusedError,
    Request,
    check_header,
    verify_header,
    verify_presigned,
)
from intarsia.local.emulator_operations import check_operation

HEALTH = "/_ministack/health"
_FRONT_HEADER = FRONT_HEADER.decode()
API = "/_aws/execute-api/"
CALLBACK, SIGNAL = "/_ministack/cfn-response/", wait_conditions.SIGNAL_PATH
"""Beginnings of the paths for reports to CloudFormation: on custom resources, and on wait
conditions."""
BODY_LIMIT = 256 * 1024 * 1024
"""Largest body, in bytes, of a request signed in its header.

The whole body stays in memory until the signature is verified.
"""

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

logger = logging.getLogger(__name__)


class Gate:
    """An ASGI application that forwards allowed requests to MiniStack and refuses all others.

    A request must be addressed to the emulator's own host and port. It must not have the `Origin`
    of a foreign web page. And it must be one of these:

    - a request signed in its header, or in its query for an object of S3;
    - a request to the API that carries the front's token;
    - a function's report to CloudFormation with a token for which CloudFormation waits;
    - a health check;
    - a CORS preflight request for an object of S3.
    """

    def __init__(
        self, inner: Application, *, port: int, front_port: int | None, front_token: str
    ) -> None:
        """Wrap MiniStack's application `inner`.

        `port` is the emulator's own. `front_port` is the port of the API's public URL, whose web
        pages may send requests; None: no web page may. `front_token` is the value of FRONT_HEADER
        that requests to the API must have.
        """
        self._inner = inner
        self._hosts = _addresses(port)
        self._origins = {f"http://{one}" for one in _addresses(front_port)} if front_port else set()
        self._front_token = front_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope: forward or refuse an HTTP request; reject a WebSocket.

        The scope `lifespan` is forwarded.
        """
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            # WebSockets are not supported. A close before the accept gets status 403.
            await send({"type": "websocket.close", "code": 1008})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = _request(scope)
            self._check_sender(request)
            if not _is_open(request) and not self._is_preflight(request):
                if request.path.startswith(API):
                    scope = self._from_front(scope, request)
                elif "x-amz-signature" in {name.lower() for name in request.query}:
                    _check_object(request)
                    verify_presigned(request)
                else:
                    receive = await _signed(request, receive)
        except RefusedError as refused:
            logger.warning("refused %s %r: %s", scope["method"], scope["path"][:200], refused)
            await _refuse(send, scope, refused)
        else:
            await self._inner(scope, receive, send)

    def _check_sender(self, request: Request) -> None:
        """Raise RefusedError unless `Host` is the emulator's and `Origin` is accepted or absent.

        This refuses the requests of foreign web pages, also those by DNS rebinding.
        """
        if request.headers.get("host") not in self._hosts:
            raise RefusedError("AccessDenied", f"The Host header must be {min(self._hosts)}.")
        if request.headers.get("origin", "") not in {"", *self._origins}:
            raise RefusedError("AccessDenied", "Web pages of other origins are not allowed.")

    def _is_preflight(self, request: Request) -> bool:
        if request.method != "OPTIONS" or "origin" not in request.headers:
            return False
        _check_object(request)
        return True

    def _from_front(self, scope: Scope, request: Request) -> Scope:
        token = request.headers.get(_FRONT_HEADER, "")
        if not hmac.compare_digest(token.encode(), self._front_token.encode()):
            raise RefusedError("AccessDenied", "The API is available only at its public URL.")
        if request.names_credentials:
            # MiniStack would look for the API in the account and region of these credentials.
            raise RefusedError("AccessDenied", "The API accepts Intarsia API keys, not AWS keys.")
        kept = [pair for pair in scope["headers"] if pair[0].lower() != FRONT_HEADER]
        return {**scope, "headers": kept}


def _addresses(port: int) -> set[str]:
    return {f"127.0.0.1:{port}", f"localhost:{port}"}


def _request(scope: Scope) -> Request:
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip()
        if key in headers and key in _ONCE:
            raise RefusedError("InvalidRequest", f"The header {key} is repeated.")
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    return Request(
        scope["method"],
        scope["path"],
        scope["raw_path"].decode("latin-1"),
        scope.get("query_string", b"").decode("latin-1"),
        headers,
    )


_ONCE = frozenset(
    {
        *("authorization", "host", "origin", _FRONT_HEADER, "x-amz-content-sha256", "x-amz-date"),
        *("x-amz-security-token", "x-amz-target"),
    }
)


def _is_open(request: Request) -> bool:
    if request.path == HEALTH:
        return request.method == "GET"
    if request.method != "PUT":
        return False
    if request.path.startswith(CALLBACK):
        return request.path.removeprefix(CALLBACK) in custom_resource._pending
    if request.path.startswith(SIGNAL):
        return bool(wait_conditions.has_handle(request.path.removeprefix(SIGNAL)))
    return False


def _check_object(request: Request) -> None:
    """Raise RefusedError for another path than an S3 object's, or a header `Authorization`."""
    service = detect_service(request.method, request.path, dict(request.headers), request.query)
    bucket, _, key = request.path.removeprefix("/").partition("/")
    if service != "s3" or not bucket or not key or bucket.startswith("_"):
        raise RefusedError("AccessDenied", "Presigned URLs are for objects of S3 only.")
    if "authorization" in request.headers:
        raise RefusedError("InvalidArgument", "Only one auth mechanism allowed.")


async def _signed(request: Request, receive: Receive) -> Receive:
    """Read and verify a request signed in its header; return a Receive that replays its body.

    Raises RefusedError if the signature, the path, the operation or the body's size is not
    accepted.
    """
    service = check_header(request)
    if request.path.startswith("/_"):
        raise RefusedError("AccessDenied", "The emulator's own endpoints are disabled.")
    check_operation(request, service)
    body = await _read(receive)
    verify_header(request, body)
    return _again(body, receive)


async def _read(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RefusedError("IncompleteBody", "The body ended too early.")
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > BODY_LIMIT:
            raise RefusedError("EntityTooLarge", f"The body is larger than {BODY_LIMIT} bytes.")
        if not message.get("more_body"):
            return b"".join(chunks)


def _again(body: bytes, receive: Receive) -> Receive:
    unread = [{"type": "http.request", "body": body, "more_body": False}]

    async def read() -> Message:
        return unread.pop() if unread else await receive()

    return read


async def _refuse(send: Send, scope: Scope, refused: RefusedError) -> None:
    """Send the error in the format of the addressed AWS service, so that SDKs can parse it."""
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }
    path = scope["path"]
    if path.startswith("/_"):
        kind, body = "application/json", json.dumps({"message": str(refused)}).encode()
        status, answer = 403, {"Content-Type": kind}
    else:
        service = detect_service(scope["method"], path, headers, {})
        error = AuthError(refused.code, str(refused))
        status, answer, body = app._credential_failure(service, "", str(uuid4()), error, headers)
    await app._send_response(send, status, answer, body, head=scope["method"] == "HEAD")
