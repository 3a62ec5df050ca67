"""Synthesising the CDK app for this machine, and not again until something it reads changes."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import intarsia
from intarsia.local.environment import inherited
from intarsia.local.errors import SynthError

ROOT = Path(intarsia.__file__).resolve().parents[1]
"""The checkout: the CDK app is no part of the installed package."""

INPUTS = ("app.py", "cdk.json", "stacks", "lambdas", "intarsia", "requirements.lock")
NOT_READ = ("intarsia/local", "intarsia/cli")
"""Parts of the inputs that are in no function."""

CONTEXT = {
    # Functions find their packages in this very environment.
    "layer": "none",
    # Rules for the cloud, checked by the tests.
    "nag": False,
    "account": "000000000000",
    "region": "us-east-1",
}


def synthesise(outdir: Path, root: Path = ROOT) -> Path:
    """The cloud assembly in `outdir`, made anew if the app has changed. Raises SynthError."""
    app = root / "app.py"
    if not app.is_file():
        raise SynthError(f"{app} is missing: the local stack runs from a checkout of Intarsia")
    digest = digest_of(root)
    stamp = outdir.with_name(f"{outdir.name}.sha256")
    if outdir.is_dir() and stamp.is_file() and stamp.read_text() == digest:
        return outdir
    stamp.unlink(missing_ok=True)
    shutil.rmtree(outdir, ignore_errors=True)
    done = subprocess.run(  # noqa: S603 - our own app
        [sys.executable, str(app)],
        cwd=root,
        env=inherited()
        | {
            "CDK_CONTEXT_JSON": json.dumps(CONTEXT),
            "CDK_OUTDIR": str(outdir.absolute()),
        }
        | {name: os.environ[name] for name in ("JSII_NODE",) if name in os.environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = "\n".join(done.stderr.strip().splitlines()[-15:])
        raise SynthError(f"the CDK app cannot be synthesised:\n{reason}")
    stamp.write_text(digest)
    return outdir


def digest_of(root: Path) -> str:
    """A hash over names and contents of all that the app reads."""
    total = hashlib.sha256(json.dumps(CONTEXT, sort_keys=True).encode())
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
