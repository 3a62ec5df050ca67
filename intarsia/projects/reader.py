"""Reader of untrusted project files.

py-aep does not validate its input: damaged bytes can lead to any exception, an endless loop or
exhausted memory. This module therefore checks the file's structure first, and converts every
exception to ProjectError. `read_project` reads in a separate process, with limits on its time and,
except on Windows, on its memory.
"""

import gc
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import py_aep
from pydantic import BaseModel

from intarsia.projects.errors import ProjectError
from intarsia.projects.facts import LayerFacts, ProjectFacts
from intarsia.projects.gather import gather
from intarsia.projects.mogrt import mogrt_of
from intarsia.projects.rifx import Outline, check_structure
from intarsia.projects.uploaded_files import UploadedFiles

MEMORY_LIMIT = 2 << 30  # bytes of address space


class _Answer(BaseModel):
    facts: ProjectFacts | None = None
    reason: str | None = None


def read_project(
    path: Path,
    *,
    root: Path | None = None,
    max_seconds: float = 60.0,
    max_bytes: int = MEMORY_LIMIT,
) -> ProjectFacts:
    """Return the facts of the project file at `path`, read in a separate process.

    `root` is the folder of an extracted zip: footage found below it counts as present. With None,
    no footage file counts as present. `max_bytes` has no effect on Windows.

    Raises ProjectError if the project cannot be read, or if reading takes longer than `max_seconds`
    or more memory than `max_bytes`.
    """
    check_structure(path)
    module = [sys.executable, "-m", "intarsia.projects.reader"]
    command = [*module, str(max_bytes), str(path.absolute())]
    if root is not None:
        command.append(str(root.absolute()))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=max_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ProjectError(f"The project takes longer than {max_seconds:g} s to read.") from error
    if done.returncode != 0:
        raise ProjectError(
            "The project could not be read: its content exceeds the limits of the reader."
        )
    answer = _Answer.model_validate_json(done.stdout)
    if answer.facts is None:
        raise ProjectError(answer.reason or "The project could not be read.")
    return answer.facts


def read_in_process(path: Path, *, root: Path | None = None) -> ProjectFacts:
    """Return the facts of the project file at `path`, read in this process.

    Unlike `read_project`, this function limits neither time nor memory. `root` is the folder of an
    extracted zip: footage found below it counts as present. With None, no footage file counts as
    present. Raises ProjectError if the project cannot be read.
    """
    outline = check_structure(path)
    files = UploadedFiles(root) if root is not None else None
    with _plain_errors(outline):
        return gather(_parse(path), files=files, mogrt=mogrt_of(path))


def open_project(
    path: Path, *, in_detail: Callable[[LayerFacts], bool]
) -> tuple[py_aep.Application, ProjectFacts]:
    """Return the project at `path` as py-aep's objects, ready to be changed, and its facts.

    Texts, fonts, effects and properties are read only for layers for which `in_detail` returns
    True, and for layers that Essential Graphics panels control. Raises ProjectError if the project
    cannot be read.
    """
    outline = check_structure(path)
    with _plain_errors(outline):
        app = _parse(path)
        return app, gather(app, mogrt=mogrt_of(path), in_detail=in_detail)


def _parse(path: Path) -> py_aep.Application:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return py_aep.parse(path)


@contextmanager
def _plain_errors(outline: Outline) -> Iterator[None]:
    """Convert every exception of py-aep to ProjectError.

    `outline` has the project's versions, to report a project that is too old.
    """
    try:
        yield
    except ProjectError:
        raise
    except Exception as error:
        if outline.too_old:
            raise ProjectError(
                "The project was written by a version of After Effects that is too old"
                f" ({outline.ae_major}.0); open it in a current version and save it again."
            ) from error
        if isinstance(error, MemoryError):
            raise ProjectError("The project is too large to be read.") from error
        raise ProjectError(
            "The project cannot be read: it is damaged or has an unsupported structure"
            f" ({type(error).__name__})."
        ) from error


def _limit_memory(count: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (count, count))


def main(arguments: list[str]) -> None:
    """Read a project in this process, and write its facts or the error message to stdout as JSON.

    It is the entry point of the process that `read_project` starts. `arguments` are the memory
    limit in bytes, the path of the project file and, optionally, the folder of the extracted zip.
    """
    _limit_memory(int(arguments[0]))
    # A project becomes a hundred thousand objects or more, nearly all of them permanent. With the
    # default thresholds, garbage collection takes a quarter of the time.
    gc.set_threshold(50_000, 10, 10)
    logging.disable(logging.CRITICAL)
    path, *rest = map(Path, arguments[1:])
    try:
        answer = _Answer(facts=read_in_process(path, root=rest[0] if rest else None))
    except ProjectError as error:
        answer = _Answer(reason=str(error))
    sys.stdout.buffer.write(answer.model_dump_json(exclude_defaults=True).encode())


if __name__ == "__main__":
    main(sys.argv[1:])
