"""Ports of the last start, used again if they are free so that clients' URLs stay valid."""

import json
import logging
from pathlib import Path

from intarsia.local import files

logger = logging.getLogger(__name__)


class Ports:
    """The ports that a state folder's stack used last, stored in `file`.

    They are only preferences, so an unreadable or invalid file is logged and ignored.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._last: dict[str, int] = {}
        try:
            last = json.loads(files.regular(file).read_text(encoding="utf-8"))
            self._last = {str(name): _port(port) for name, port in last.items()}
        except FileNotFoundError:
            pass
        except (OSError, ValueError, AttributeError, RecursionError) as error:
            logger.warning("%s is invalid and ignored; the ports may change: %s", file, error)

    def wanted(self, name: str) -> int | None:
        """Return the port that a part of the stack had last; None if unknown.

        `name` is `front` (the API's public URL) or `gateway` (the emulator).
        """
        return self._last.get(name)

    def keep(self, **ports: int) -> None:
        """Store the ports of this start, by the names that `wanted` accepts."""
        try:
            files.write(self._file, json.dumps(ports))
        except OSError as error:
            logger.warning(
                "%s cannot be written; the next start may use other ports: %s", self._file, error
            )


def _port(value: object) -> int:
    if type(value) is not int or not 0 < value < 2**16:
        raise ValueError(f"{value!r} is not a port (1 to 65535)")
    return value
