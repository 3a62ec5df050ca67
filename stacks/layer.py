"""The Lambda layer: third-party packages for Lambda's platform, pinned by requirements.lock."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

PLATFORMS = ["manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"]
PYTHON = "3.13"

# The functions' imports and their dependencies, except boto3, which the runtime includes. A
# package missing here fails the build, because pip requires a hash for each.
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
    """Failure to build the Lambda layer."""


def build_layer(root: Path) -> Path:
    """Return the folder with the Lambda layer's content, `root`/build/layer.

    `root` is the repository, which contains requirements.lock. The folder is built again only if
    the pinned packages, PYTHON or PLATFORMS have changed. Raises LayerError if a package is not
    pinned or pip cannot install it.
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
    """Return the entries of `packages` in pip's lock file `lock`, with versions and hashes.

    Raises LayerError if a package is not pinned.
    """
    entries: dict[str, list[str]] = {}
    name = ""
    for line in lock.read_text().splitlines():
        if line and not line[0].isspace() and not line.startswith("#"):
            name = line.partition("==")[0].partition("[")[0].lower().replace("_", "-")
            entries[name] = []
        if name:
            entries[name].append(line)
    if missing := packages - entries.keys():
        raise LayerError(f"{lock.name}: no pinned version of {', '.join(sorted(missing))}")
    return "\n".join("\n".join(entries[package]) for package in sorted(packages)) + "\n"


def _install(requirements: Path, target: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile"]
    command += ["--require-hashes", "--requirement", str(requirements), "--target", str(target)]
    command += ["--only-binary=:all:", "--implementation=cp", f"--python-version={PYTHON}"]
    command += [f"--platform={platform}" for platform in PLATFORMS]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise LayerError(f"pip cannot install the Lambda layer's packages:\n{done.stderr.strip()}")
    for programs in ("bin", "share"):  # scripts for this machine's interpreter; functions use none
        shutil.rmtree(target / programs, ignore_errors=True)
