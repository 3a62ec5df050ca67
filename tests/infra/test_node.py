"""How the CDK's Node is run."""

import os

import pytest

from stacks.node import use_one_thread


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "--v8-pool-size=1"),
        ("--max-old-space-size=900", "--max-old-space-size=900 --v8-pool-size=1"),
        ("--v8-pool-size=8", "--v8-pool-size=8"),
    ],
)
def test_it_has_one_thread_beside_the_options_of_its_operator(monkeypatch, before, after):
    monkeypatch.setenv("NODE_OPTIONS", before)
    use_one_thread()
    assert os.environ["NODE_OPTIONS"] == after
