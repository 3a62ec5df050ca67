"""The public URL on a laptop: a reverse proxy from `/api/...` to the emulator's API Gateway.

An ASGI application on hypercorn, which the emulator depends on anyway. Unlike http.server, it
supports chunked requests, `Expect: 100-continue`, keep-alive and limits. Requests and responses
pass through as bytes: paths and queries are not decoded, bodies are not decompressed.

A request is refused if its `Host` is not a name of this machine, or if its `Origin` is that of
another web page. Otherwise a page in the user's browser could call the API by its address, or by a
name that resolves to 127.0.0.1 (DNS rebinding).
"""

import asyncio
import contextlib
import json
import re
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpx
from hypercorn.asyncio import serve
from hypercorn.config import Config

from intarsia.local.credentials import FRONT_HEADER
from intarsia.local.errors import LocalStackError
from intarsia.local.plain_http import NO_CERTIFICATES

BODY_LIMIT = 50 * 1024 * 1024  # bytes
TIMEOUT = 35.0
"""Seconds to wait for the API's response. API Gateway's own timeout of 30 seconds ends first."""
STOP_LIMIT = 5.0  # seconds; the thread is a daemon, so a hung request cannot block the exit

API = ("/api/v2/", "/api/v3/")
"""Beginnings of the paths that are forwarded to the API."""

# RFC 9110, 7.6.1. The body's length is set anew, and the emulator accepts only its own host.
_HOP_BY_HOP = frozenset(
    {
        *(b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization"),
        *(b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade"),
    }
)
_NOT_FORWARDED = _HOP_BY_HOP | {b"host", b"content-length", b"expect", FRONT_HEADER}

HOST = re.compile(r"(127\.0\.0\.1|localhost)(:\d+)?", re.ASCII)
"""Accepted values of the header `Host`."""

Headers = list[tuple[bytes, bytes]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def bind(port: int) -> socket.socket:
    """Return a listening socket on 127.0.0.1. Port 0 selects a free port.

    Raises LocalStackError if the port cannot be used.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise LocalStackError(
            f"port {port} on 127.0.0.1 cannot be used ({error.strerror}); "
            "select another one with --port, or a free one with --port 0"
        ) from error
    listener.listen(128)
    return listener


class Front:
    """A reverse proxy that serves the API on a listening socket, in its own thread."""

    def __init__(self, listener: socket.socket, gateway: str, api_id: str, token: str) -> None:
        """Prepare the proxy, which `start` runs.

        `listener` is the socket of the public URL. `gateway` is the emulator's origin, such as
        `http://127.0.0.1:4566`. `api_id` is the API's id in the emulator's API Gateway. The
        emulator accepts requests to the API only with `token` in the header FRONT_HEADER.
        """
        self._listener = listener
        self._upstream = httpx.URL(gateway)
        self._prefix = f"/_aws/execute-api/{api_id}/$default".encode()
        self._token = token.encode()
        self._thread = threading.Thread(target=self._run, name="front", daemon=True)
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()

    def start(self) -> None:
        """Start to serve in a thread, without waiting: the socket already accepts connections."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and close the port. Waits up to STOP_LIMIT seconds for the thread to end."""
        with contextlib.suppress(RuntimeError):  # the loop has already ended
            self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(STOP_LIMIT)
        self._listener.close()

    def _run(self) -> None:
        config = Config()
        # Detached, because hypercorn closes the descriptor.
        config.bind = [f"fd://{self._listener.detach()}"]
        config.graceful_timeout = 1.0
        # The API's answers already have these headers.
        config.include_date_header = False
        config.include_server_header = False
        config.accesslog = None
        config.loglevel = "WARNING"
        self._loop.run_until_complete(self._serve(config))
        self._loop.close()

    async def _serve(self, config: Config) -> None:
        async with httpx.AsyncClient(
            trust_env=False, timeout=TIMEOUT, verify=NO_CERTIFICATES
        ) as client:
            self._client = client
            await serve(self._app, config, shutdown_trigger=self._ending.wait)  # type: ignore[arg-type]

    async def _app(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            with contextlib.suppress(_DisconnectedError):
                await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close"})  # refuses the handshake with 403

    async def _answer(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if wrong := _wrong_sender(scope["headers"]):
            await _fail(send, 403, wrong)
            return
        if not f"{scope['path']}/".startswith(API):
            if scope["path"] == "/" and scope["method"] in {"GET", "HEAD"}:
                await _say(send, 200, b"text/plain; charset=utf-8", _WELCOME)
            else:
                await _fail(send, 404, f"no such path: {scope['path']}. The API is under /api/v2")
            return
        body = await _read(receive)
        if body is None:
            await _fail(send, 413, f"the body is larger than {BODY_LIMIT // 2**20} MiB")
            return
        try:
            status, headers, content = await self._forward(scope, body)
        except httpx.TimeoutException:
            await _fail(send, 504, f"no answer from the API within {TIMEOUT:.0f} s")
        except httpx.TransportError as error:
            await _fail(send, 502, f"the API cannot be reached: {error or type(error).__name__}")
        else:
            await _send(send, status, headers, content)

    async def _forward(self, scope: dict[str, Any], body: bytes) -> tuple[int, Headers, bytes]:
        target = self._prefix + scope["raw_path"]
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        headers = [pair for pair in scope["headers"] if pair[0].lower() not in _NOT_FORWARDED]
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        headers += [(b"x-forwarded-host", host), (FRONT_HEADER, self._token)]
        request = httpx.Request(
            scope["method"],
            self._upstream,
            headers=headers,
            content=body,
            # A URL would be normalised: `/api/v2/../../x` must not leave the API.
            extensions={"target": target},
        )
        answer = await self._client.send(request, stream=True)
        try:
            content = b"".join([chunk async for chunk in answer.aiter_raw()])
        finally:
            await answer.aclose()
        kept = _without(answer.headers.raw, _HOP_BY_HOP)
        return answer.status_code, kept, content


_WELCOME = b"""Intarsia on this machine. The API is under /api/v2; GET /api/v2/jobs with
`Authorization: Bearer <key>` lists your jobs. `intarsia status` shows the running stack.
"""


def _wrong_sender(headers: Headers) -> str | None:
    """Return the reason to refuse a request's Host or Origin; None if both are accepted.

    Any port in `Host` is accepted, because users may forward another port to ours. The host name is
    enough to prevent DNS rebinding: a web page cannot choose the `Host` that a browser sends.
    """
    hosts = [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]
    if len(hosts) != 1 or not HOST.fullmatch(hosts[0]):
        return "the Host header must be 127.0.0.1 or localhost, with or without a port"
    origins = {value.decode("latin-1") for name, value in headers if name.lower() == b"origin"}
    if origins - {f"http://{hosts[0]}"}:
        return "web pages of other origins are not allowed: the Origin header must match Host"
    return None


def _without(headers: Iterable[tuple[bytes, bytes]], names: frozenset[bytes]) -> Headers:
    return [(name.lower(), value) for name, value in headers if name.lower() not in names]


class _DisconnectedError(Exception):
    """Disconnection of a client before the end of its request."""


async def _read(receive: Receive) -> bytes | None:
    """Return the whole request body; None if it is larger than BODY_LIMIT bytes.

    Raises _DisconnectedError if the client disconnects before the end of the body.
    """
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _DisconnectedError
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > BODY_LIMIT:
            return None
        if not message.get("more_body"):
            return b"".join(chunks)


async def _fail(send: Send, status: int, message: str) -> None:
    await _say(send, status, b"application/json", json.dumps({"error": message}).encode())


async def _say(send: Send, status: int, kind: bytes, body: bytes) -> None:
    length = str(len(body)).encode()
    await _send(send, status, [(b"content-type", kind), (b"content-length", length)], body)


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
