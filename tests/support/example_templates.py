"""The example templates, built once per run however many processes share it."""

import fcntl
import os
import pickle

import pytest

from examples.templates.package import BuiltTemplate


@pytest.fixture(scope="session")
def example_templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BuiltTemplate]:
    """Every example template, freshly built, by name. No test may change the files."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the run's own
    built = folder / "example-templates.pickle"
    with (folder / "example-templates.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            from examples.templates.build import build_all

            built.write_bytes(pickle.dumps(build_all(folder / "example-templates")))
    return {template.name: template for template in pickle.loads(built.read_bytes())}
