"""The Lambda layer: third-party packages, as the lock pins them, for Lambda's own platform."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

PLATFORMS = ["manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"]
PYTHON = "3.13"

# What the functions import, with everything that needs. Not boto3: the runtime has it. A package
# missing here fails the build, for pip is told to check the hash of each.
PACKAGES = frozenset(
    {
        "annotated-types",
        "anyio",
        "attrs",
        "aws-lambda-powertools",
        "certifi",
        "fonttools",
        "h11",
        "httpcore",
        "httpx",
        "idna",
        "jmespath",
        "multipart",
        "py-aep",
        "pydantic",
        "pydantic-core",
        "python-ulid",
        "pyyaml",
        "typing-extensions",
        "typing-inspection",
        "uharfbuzz",
    }
)


class LayerError(RuntimeError):
    """The layer could not be built."""


def build_layer(root: Path) -> Path:
    """The layer's folder under `root`/build, built unless it is there for this lock.

    Raises LayerError when pip cannot get the packages.
    """
    pinned = locked(root / "requirements.lock", PACKAGES)
    folder = root / "build" / "layer"
    stamp = folder.with_suffix(".sha256")
    digest = hashlib.sha256(f"{PYTHON} {PLATFORMS}\n{pinned}".encode()).hexdigest()
    if folder.is_dir() and stamp.is_file() and stamp.read_text() == digest:
        return folder
    stamp.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    requirements = folder.with_suffix(".txt")
    requirements.write_text(pinned)
    _install(requirements, folder / "python")
    stamp.write_text(digest)
    return folder


def locked(lock: Path, packages: frozenset[str]) -> str:
    """The entries of `packages` in a lock file, versions and hashes. Raises LayerError."""
    entries: dict[str, list[str]] = {}
    name = ""
    for line in lock.read_text().splitlines():
        if line and not line[0].isspace() and not line.startswith("#"):
            name = line.partition("==")[0].partition("[")[0].lower().replace("_", "-")
            entries[name] = []
        if name:
            entries[name].append(line)
    if missing := packages - entries.keys():
        raise LayerError(f"{lock.name} does not pin {', '.join(sorted(missing))}")
    return "\n".join("\n".join(entries[package]) for package in sorted(packages)) + "\n"


def _install(requirements: Path, target: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile"]
    command += ["--require-hashes", "--requirement", str(requirements), "--target", str(target)]
    command += ["--only-binary=:all:", "--implementation=cp", f"--python-version={PYTHON}"]
    command += [f"--platform={platform}" for platform in PLATFORMS]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise LayerError(f"the Lambda layer cannot be built:\n{done.stderr.strip()}")
    for programs in ("bin", "share"):  # name this machine's interpreter; functions run none
        shutil.rmtree(target / programs, ignore_errors=True)
