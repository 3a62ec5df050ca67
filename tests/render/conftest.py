"""The fixture of all tests of rendering."""

import pytest


@pytest.fixture(autouse=True, scope="module")
def small_projects(quick_py_aep: None) -> None:
    """Read the small projects of these tests quickly."""
