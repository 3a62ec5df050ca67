"""Numbers of generated test cases: small in `make test`, full in `make test-long`."""

import os

import hypothesis

LONG = os.environ.get("INTARSIA_TESTS") == "long"
"""Whether this is the long run. `make test-long` sets the variable."""


def size(short: int, full: int) -> int:
    """Return how many cases to generate: `full` in the long run, `short` otherwise."""
    return full if LONG else short


def load_hypothesis_profile() -> None:
    """Set the number of examples of Hypothesis for properties that set none themselves.

    Neither profile has a deadline, which every property would miss on a busy machine.
    """
    hypothesis.settings.register_profile("quick", max_examples=25, deadline=None)
    hypothesis.settings.register_profile("full", max_examples=200, deadline=None)
    hypothesis.settings.load_profile("full" if LONG else "quick")
