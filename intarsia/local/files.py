"""State files of the embedded stack: replaced as a whole or not at all."""

import errno
import os
from pathlib import Path

from intarsia.local.errors import StateFileError


def write(path: Path, content: str, *, mode: int = 0o666) -> None:
    """Replace a file's content atomically: readers find the old or the new one, even after a crash.

    Waits until the content is on the disk, so that it survives a power cut. Only one process may
    write a file at a time. `mode` is the new file's permission bits, less the umask.
    """
    draft = path.with_name(f"{path.name}.new")
    # Left by a writer that was killed, perhaps with another mode.
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
    draft.replace(path)
    _sync_folder(path.parent)


def private_folder(path: Path) -> None:
    """Create a folder that only its owner can enter, and its missing parents likewise.

    An existing folder keeps its mode.
    """
    for folder in reversed([each for each in (path, *path.parents) if not each.exists()]):
        folder.mkdir(mode=0o700, exist_ok=True)


def read(path: Path, remedy: str) -> str | None:
    """Return the content of a file; None if it does not exist.

    Raises StateFileError if the file cannot be read or is empty. The message ends with `remedy`,
    the advice to the user.
    """
    try:
        content = regular(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StateFileError(f"{path} cannot be read ({error}): {remedy}") from error
    if not content.strip("\0\n "):
        raise StateFileError(f"{path} is empty: {remedy}")
    return content


def regular(path: Path) -> Path:
    """Return `path`. Raises OSError if it exists and is not a regular file.

    Opening a named pipe, for example, would wait without limit.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return path


def _sync_folder(folder: Path) -> None:
    # A rename is on the disk only when the folder has been synced.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
