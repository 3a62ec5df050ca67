"""The templates of `examples/templates`, built once for all tests of a process."""

import pytest

from examples.templates.build import build_all
from examples.templates.package import BuiltTemplate


@pytest.fixture(scope="session")
def example_templates(tmp_path_factory) -> dict[str, BuiltTemplate]:
    """Return the built templates by name, such as `lower-third`."""
    built = build_all(tmp_path_factory.mktemp("example-templates"))
    return {template.name: template for template in built}
