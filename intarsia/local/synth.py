"""Synthesis of the CDK app for this machine, cached until one of its inputs changes."""

import compileall
import hashlib
import json
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import intarsia
from intarsia.local import keeper
from intarsia.local.environment import inherited
from intarsia.local.errors import StoppedError, SynthError

ROOT = Path(intarsia.__file__).resolve().parents[1]
"""Root folder of the checkout. The CDK app is read from there, because it is not part of the
installed package."""

CACHE = ROOT / "build" / "assemblies"
"""Folder of the cached cloud assemblies, shared by all stacks of this checkout. Each assembly's
folder is named by the digest of its inputs."""

KEPT = 5  # assemblies
DRAFT = "new-"
"""Prefix of the name of an unfinished assembly's folder."""
ABANDONED = 3600.0
"""Age in seconds at which an unfinished assembly counts as abandoned; a synthesis takes minutes at
most."""

POLL = 0.05  # seconds
GRACE = 1.0
"""Seconds between SIGTERM and SIGKILL if a synthesis is aborted. Short, because the unfinished
assembly is discarded anyway."""

INPUTS = ("app.py", "cdk.json", "stacks", "lambdas", "intarsia", "requirements.lock")
"""Files and folders of the checkout on which the assembly depends."""
NOT_READ = ("intarsia/local", "intarsia/cli")
"""Folders in INPUTS that are part of no Lambda function, so that a change there causes no
synthesis."""

CONTEXT = {
    # Functions find their packages in this very environment.
    "layer": "none",
    # No container runs: the local fleet starts the worker itself.
    "linuxImage": "intarsia/worker-linux:local",
    # cdk-nag's rules are for the cloud, and the tests check them.
    "nag": False,
    "account": "000000000000",
    "region": "us-east-1",
}
"""CDK context of a stack on this machine, which overrides an operator's settings."""


def synthesise(
    root: Path = ROOT,
    cache: Path = CACHE,
    settings: Mapping[str, Any] = MappingProxyType({}),
    ending: threading.Event | None = None,
) -> Path:
    """Return the folder of the CDK app's current cloud assembly, from `cache` if it is there.

    `root` is the checkout with the app. `settings` are an operator's (docs/configuration.md);
    CONTEXT overrides them.

    Raises SynthError if the app fails, with the last lines of its error output, or is missing.
    Raises StoppedError if `ending` is set during the synthesis; all processes of the app have ended
    by then.
    """
    context = json.dumps({**settings, **CONTEXT}, sort_keys=True)
    app = root / "app.py"
    if not app.is_file():
        raise SynthError(f"{app} is missing: the local stack runs from a checkout of Intarsia")
    # Computed first, so that an edit during the synthesis only causes another one.
    folder = cache / digest_of(root, context)
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=DRAFT) as fresh:
            outdir = Path(fresh) / "cdk.out"
            _run(app, outdir, context, ending or threading.Event())
            _compile(outdir)
            try:
                outdir.rename(folder)
            except OSError:
                if not folder.is_dir():  # otherwise another stack was faster
                    raise
        _forget_old(cache)
    return folder


def _run(app: Path, outdir: Path, context: str, ending: threading.Event) -> None:
    given = {name: os.environ[name] for name in ("JSII_NODE",) if name in os.environ}
    # The app starts a Node.js process. The keeper ends both, also when this process is killed.
    command = [sys.executable, "-P", "-m", keeper.__name__, str(GRACE), sys.executable, str(app)]
    told = {"CDK_CONTEXT_JSON": context, "CDK_OUTDIR": str(outdir)}
    # The CDK's validation of the template doubles the time; `make check` runs it.
    told["CDK_VALIDATION"] = "false"
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - our own app
            command,
            cwd=app.parent,
            env=inherited() | given | told,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
        with process:  # leaving it closes stdin, which ends the keeper, and waits
            while process.poll() is None:
                if ending.wait(POLL):
                    raise StoppedError("stopped during the synthesis")
        said.seek(0)
        lines = said.read().decode(errors="replace").strip().splitlines()
    if process.returncode != 0:
        raise SynthError("\n".join(["the CDK app cannot be synthesised:", *lines[-15:]]))


def _compile(outdir: Path) -> None:
    """Add bytecode to the Lambda functions' code in the assembly.

    Otherwise each process of a function, which unpacks the code anew, would compile it again.
    """
    # Unpacking changes the files' times, which would invalidate the default kind of bytecode.
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(outdir, quiet=2, stripdir=str(outdir), invalidation_mode=mode)


def _forget_old(cache: Path) -> None:
    ages: dict[Path, float] = {}
    for path in cache.iterdir():
        with suppress(FileNotFoundError):  # another stack was faster
            ages[path] = time.time() - path.stat().st_mtime
    drafts = {path for path in ages if path.name.startswith(DRAFT)}
    finished = sorted(ages.keys() - drafts, key=lambda path: ages[path])
    abandoned = [path for path in drafts if ages[path] > ABANDONED]
    for old in [*finished[KEPT:], *abandoned]:
        shutil.rmtree(old, ignore_errors=True)


def digest_of(root: Path, context: str) -> str:
    """Return a hash of `context`, and of the names and contents of the files in INPUTS.

    INPUTS are relative to `root`. Files in NOT_READ are left out.
    """
    total = hashlib.sha256(context.encode())
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        total.update(f"{name}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    unread = [root / part for part in NOT_READ]
    for name in INPUTS:
        start = root / name
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            skipped = "__pycache__" in path.parts or any(map(path.is_relative_to, unread))
            if path.is_file() and not skipped:
                yield path
