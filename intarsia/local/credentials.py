"""Credentials of one embedded stack, derived from the secret of its state folder.

One random secret is kept in a private file of the folder. The operator's keys, the sessions of
roles and the front's token are derived from it. So the emulator, the fleet and other commands
compute the same credentials without exchanging them. API clients receive nothing that reveals these
credentials.
"""

import base64
import contextlib
import hashlib
import hmac
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from intarsia.local.errors import EmulatorError

FILE = "secret"
"""Name of the file with the secret in the emulator's state folder; only its owner may read it."""

SECRET_BYTES = 32

FRONT_HEADER = b"x-intarsia-front"
"""HTTP header whose value, `Credentials.front_token`, proves that a request came through the front,
the reverse proxy for the API."""


@dataclass(frozen=True)
class Credentials:
    """The credentials derived from the secret of one state folder."""

    secret: bytes

    @classmethod
    def of(cls, state: Path) -> "Credentials":
        """Return the credentials for the state folder `state`; create its secret if there is none.

        Raises EmulatorError if the secret's file cannot be read or does not contain SECRET_BYTES
        bytes.
        """
        file = state / FILE
        if not file.exists():
            _make(file)
        try:
            secret = bytes.fromhex(file.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise EmulatorError(f"{file} cannot be read ({error}); {_REMEDY}") from error
        if len(secret) != SECRET_BYTES:
            raise EmulatorError(
                f"{file} contains {len(secret)} bytes instead of {SECRET_BYTES}; {_REMEDY}"
            )
        return cls(secret)

    @property
    def operator(self) -> dict[str, str]:
        """Return the access key of the emulated account's root, as environment variables."""
        return {
            "AWS_ACCESS_KEY_ID": self._key_id("AKIA", "operator"),
            "AWS_SECRET_ACCESS_KEY": self._derived("operator's secret"),
        }

    @property
    def front_token(self) -> str:
        """Return the value of FRONT_HEADER, which only the API's reverse proxy sends."""
        return self._derived("front")

    def session(self, holder_arn: str, role_arn: str) -> dict[str, str]:
        """Return temporary credentials of a role, as environment variables.

        `holder_arn` is the ARN of the task or function that acts as the role.
        """
        about = f"{holder_arn} {role_arn}"
        return {
            "AWS_ACCESS_KEY_ID": self._key_id("ASIA", f"session {about}"),
            "AWS_SECRET_ACCESS_KEY": self._derived(f"session's secret {about}"),
            "AWS_SESSION_TOKEN": self._derived(f"session's token {about}"),
        }

    def _key_id(self, prefix: str, what: str) -> str:
        """Return an access key id in IAM's format: `prefix` and 16 characters derived from `what`.

        `prefix` is AKIA for a permanent key and ASIA for a temporary one.
        """
        return prefix + base64.b32encode(self._digest(what))[:16].decode()

    def _derived(self, what: str) -> str:
        return self._digest(what).hex()

    def _digest(self, what: str) -> bytes:
        return hmac.digest(self.secret, what.encode(), hashlib.sha256)


_REMEDY = "remove it; the next start creates a new one"


def _make(file: Path) -> None:
    """Create `file` with a new secret atomically; keep a file that exists by then."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp makes the file readable by its owner only, from its first moment.
    handle, fresh = tempfile.mkstemp(dir=file.parent, prefix=f".{FILE}-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as writing:
            writing.write(os.urandom(SECRET_BYTES).hex())
            writing.flush()
            os.fsync(writing.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, file)
    finally:
        Path(fresh).unlink()
