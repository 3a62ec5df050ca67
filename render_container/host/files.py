"""Operations on files that the host agent and its clients share, on Linux and on Windows.

Windows refuses to rename, replace or remove a file that the other process, or a virus scanner, has
open. Such an operation is retried for about a second. A published file always appears complete: it
is written under a temporary name and then moved. There is no protection against a power failure,
because that ends both processes anyway.
"""

import os
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import FileIO
from pathlib import Path
from typing import TypeVar

TRIES = 50  # of an operation that Windows refuses
PAUSE = 0.02  # seconds between two tries

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NO_WAIT = getattr(
    os, "O_NONBLOCK", 0
)  # without it, opening a named pipe would wait for its other end

T = TypeVar("T")


def patiently(action: Callable[[], T]) -> T:
    """Return the result of `action`, which is retried while it raises PermissionError.

    Windows raises that for a file that another process has open. After TRIES tries, PAUSE seconds
    apart, the PermissionError is raised. Any other error is raised immediately.
    """
    for _ in range(TRIES - 1):
        try:
            return action()
        except PermissionError:
            time.sleep(PAUSE)
    return action()


def read_plain(path: Path, limit: int) -> bytes:
    """Return the content of a regular file of at most `limit` bytes.

    Raises OSError for a larger file, and for anything else, such as a link or a pipe. The process
    that created the file is not trusted.
    """
    if is_link(path):
        raise OSError(f"{path.name} is a link.")
    handle = os.open(path, os.O_RDONLY | _NO_FOLLOW | _BINARY | _NO_WAIT)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(f"{path.name} is not a regular file.")
        content = file.read(limit + 1)
    if len(content) > limit:
        raise OSError(f"{path.name} holds more than {limit} bytes.")
    return content


def publish_once(path: Path, content: bytes) -> bool:
    """Create a file with its whole content. Return True, or False if the file exists already.

    If several processes try this for one path, exactly one succeeds. A protocol that renames an
    existing file would not ensure this: on Windows, two processes that have opened the file can
    both succeed. Raises OSError if the file cannot be created, for example in a missing folder.
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    with open_new(draft) as file:
        file.write(content)
    try:
        if sys.platform == "win32":
            patiently(lambda: os.rename(draft, path))  # noqa: PTH104 - refuses to replace
        else:
            os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        with suppress(OSError):
            patiently(lambda: draft.unlink(missing_ok=True))
    return True


def open_new(path: Path) -> FileIO:
    """Create a file and open it for unbuffered writing. Raises FileExistsError if it exists."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY, 0o666)
    return FileIO(handle, "wb")


def is_link(path: Path) -> bool:
    """Return whether `path` itself is a symbolic link or, on Windows, a junction."""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    attributes = getattr(status, "st_file_attributes", 0)
    return stat.S_ISLNK(status.st_mode) or bool(
        attributes & getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0)
    )


def remove_tree(path: Path) -> bool:
    """Remove a file, or a folder with its content. Return whether all of it has been removed.

    Links are removed, but never followed.
    """
    with suppress(OSError):
        if path.is_dir() and not is_link(path):
            shutil.rmtree(path, onerror=_force)
        else:
            path.unlink()  # also removes a junction
    return not os.path.lexists(path)


def empty_folder(folder: Path) -> None:
    """Remove all entries of a folder. Raises OSError if an entry cannot be removed."""
    for entry in folder.iterdir():
        patiently(partial(_insist, entry))


def _insist(path: Path) -> None:
    if not remove_tree(path):
        raise PermissionError(f"{path.name} cannot be removed.")


def _force(remove: Callable[[str], object], path: str, _: object) -> None:
    """Grant write permission on a file and its folder, and retry the file's removal.

    `shutil.rmtree` calls this after the function `remove` has failed. Windows removes no read-only
    file, and Linux removes nothing from a read-only folder.
    """
    for locked in (Path(path).parent, Path(path)):
        if not is_link(locked):
            with suppress(OSError):
                locked.chmod(stat.S_IRWXU)
    with suppress(OSError):
        remove(path)
