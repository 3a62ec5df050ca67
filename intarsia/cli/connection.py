"""Selection of the API server and of the API key for it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from intarsia.cli.exits import InputError
from intarsia.client import Client
from intarsia.client.http import api_root
from intarsia.local.claim import holder_of

URL, KEY = "INTARSIA_URL", "INTARSIA_API_KEY"
OTHER_URL, OTHER_KEY = "NEXRENDER_API_URL", "NEXRENDER_API_KEY"

_PANEL = "Connection"

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        help=f"URL of the API. Default: {URL}, {OTHER_URL}, or the local stack.",
        rich_help_panel=_PANEL,
    ),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        help=f"API key. Prefer {KEY}: other users of this machine can see a command line.",
        rich_help_panel=_PANEL,
    ),
]
Stack = Annotated[
    Path,
    typer.Option("--stack", help="State folder of the local stack.", rich_help_panel=_PANEL),
]
Json = Annotated[bool, typer.Option("--json", help="Print only JSON on stdout.")]

STACK = Path(".intarsia")


@dataclass(frozen=True)
class Connection:
    """An API server and the API key for it."""

    url: str
    key: str

    @property
    def poll(self) -> float:
        """Seconds between two polls: 2 for a remote API server, 0.4 for one on this machine."""
        return 0.4 if _is_here(self.url) else 2.0

    def client(self) -> Client:
        """Return an API client for use in a `with` block.

        Raises the API client's ClientError if the URL or the key is malformed.
        """
        return Client(self.url, self.key)


def connection(
    url: str | None, key: str | None, stack: Path, environment: Mapping[str, str] | None = None
) -> Connection:
    """Return the API server and its key: from the arguments, the environment or the local stack.

    `url` comes first, then a URL in the environment, then the local stack in the state folder
    `stack`. A given `key` is used for any server. Otherwise, a given `url` uses INTARSIA_API_KEY,
    or the local stack's key if it is that stack's. A URL in the environment uses the key of the
    same pair of variables. The local stack's key is sent only to the local stack. `environment`
    replaces the process's environment variables if given.

    Raises InputError if the server or the key is missing, or if the local stack is still starting.
    """
    known = os.environ if environment is None else environment
    if url:
        key = key or known.get(KEY) or _local_key(url, stack)
        return _complete(url, key, f"pass --key or set {KEY}")
    for url_name, key_name in ((URL, KEY), (OTHER_URL, OTHER_KEY)):
        if known.get(url_name):
            return _complete(known[url_name], key or known.get(key_name), f"set {key_name}")
    holder = holder_of(stack)
    if holder is None:
        raise InputError(
            f"no server is given and no stack runs from {stack}. Pass --url and --key, "
            f"set {URL} and {KEY}, or start a local stack with `intarsia up`"
        )
    if holder.url is None:
        raise InputError(
            f"the local stack (process {holder.pid}) is still starting; try again in a few seconds"
        )
    return Connection(holder.url + "/api/v2", key or _key_file(stack))


def _complete(url: str, key: str | None, remedy: str) -> Connection:
    if not key:
        raise InputError(f"no API key for {url}: {remedy}")
    return Connection(url, key)


def _local_key(url: str, stack: Path) -> str | None:
    holder = holder_of(stack)
    if holder and holder.url and api_root(holder.url) == api_root(url):
        return _key_file(stack)
    return None


def _key_file(stack: Path) -> str:
    return (stack / "key").read_text(encoding="utf-8").strip()


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
