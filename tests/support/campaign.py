"""The size of generated campaigns: small in `make test`, full in `make test-long`."""

import os

import hypothesis

LONG = os.environ.get("INTARSIA_TESTS") == "long"
"""Whether this is the long run. `make test-long` sets the variable."""


def size(short: int, full: int) -> int:
    """Return how many cases to generate: `full` in the long run, `short` otherwise."""
    return full if LONG else short


def load_hypothesis_profile() -> None:
    """Choose how many examples properties without a number of their own try.

    Neither profile has a deadline: on a busy machine every property would miss it.
    """
    hypothesis.settings.register_profile("quick", max_examples=25, deadline=None)
    hypothesis.settings.register_profile("full", max_examples=200, deadline=None)
    hypothesis.settings.load_profile("full" if LONG else "quick")
