"""The secret of a state folder, and everything that proves who somebody is to its emulator.

One random secret lies in a private file of the folder. The operator's keys, the sessions of roles
and the front's token are derived from it, so the emulator's process, the fleet and other commands
agree on them without telling each other. None of them can be computed from what a client sees.
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
"""In the emulator's state folder; readable by its owner only."""

SECRET_BYTES = 32


@dataclass(frozen=True)
class Credentials:
    """What is derived from the secret of one state folder."""

    secret: bytes

    @classmethod
    def of(cls, state: Path) -> "Credentials":
        """Read the secret of an emulator's state folder, or make one.

        Raises EmulatorError for a file that holds no secret.
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
                f"{file} holds {len(secret)} bytes instead of {SECRET_BYTES}; {_REMEDY}"
            )
        return cls(secret)

    @property
    def operator(self) -> dict[str, str]:
        """Keys of the account's root, as environment variables."""
        return {
            "AWS_ACCESS_KEY_ID": self._key_id("AKIA", "operator"),
            "AWS_SECRET_ACCESS_KEY": self._derived("operator's secret"),
        }

    @property
    def front_token(self) -> str:
        """Value of the header by which the front proves that a request came through it."""
        return self._derived("front")

    def session(self, holder_arn: str, role_arn: str) -> dict[str, str]:
        """The session of a task's or function's role, as environment variables."""
        about = f"{holder_arn} {role_arn}"
        return {
            "AWS_ACCESS_KEY_ID": self._key_id("ASIA", f"session {about}"),
            "AWS_SECRET_ACCESS_KEY": self._derived(f"session's secret {about}"),
            "AWS_SESSION_TOKEN": self._derived(f"session's token {about}"),
        }

    def _key_id(self, prefix: str, what: str) -> str:
        """An access key id: the prefix of its kind and 16 characters, as IAM makes them."""
        return prefix + base64.b32encode(self._digest(what))[:16].decode()

    def _derived(self, what: str) -> str:
        return self._digest(what).hex()

    def _digest(self, what: str) -> bytes:
        return hmac.digest(self.secret, what.encode(), hashlib.sha256)


_REMEDY = "remove it, and a new one is made at the next start"


def _make(file: Path) -> None:
    """Write a fresh secret in one step; one that another process wrote meanwhile stays."""
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
