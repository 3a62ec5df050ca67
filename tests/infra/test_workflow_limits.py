"""Step Functions' own limits: the largest tree that is accepted stays below each of them.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

import json

import pytest

from intarsia.domain.jobs import MAX_ATTEMPTS
from intarsia.domain.pieces import MOST_PIECES
from intarsia.domain.trees import Limits

HISTORY = 25_000  # events of one execution
PAYLOAD = 256 * 1024  # bytes of a state's input or output
INLINE_MAP = 40  # iterations at once
YEAR = 365 * 24 * 3600  # seconds, the longest that an execution lasts

# Each time that the parts of a render are tried, one more of them is there, or the attempt is lost;
# their assembly may be lost as often.
ROUNDS = MOST_PIECES + 2 * MAX_ATTEMPTS
TASKS = sum(range(MOST_PIECES + 1)) + MAX_ATTEMPTS * (MOST_PIECES + 1)


@pytest.fixture
def states(template):
    return template.states


def events(state):
    """Most events of an iteration of an inline map that runs a task, its retries included.

    It begins and ends; a choice, the task and what it is caught by are entered and left; each try
    is scheduled, started, submitted and ends.
    """
    tries = 1 + sum(retry["MaxAttempts"] for retry in state["Retry"])
    return 2 + 3 * 2 + 4 * tries


def test_a_whole_tree_fits_into_the_histories_of_its_executions(states):
    children = Limits().children * events(states["Child"])
    render = max(events(states["RenderGpu"]), events(states["RenderLinux"]))
    between = ROUNDS * 15  # the map itself, settling, pauses
    assert children + TASKS * render + between < HISTORY


def test_no_map_asks_for_more_at_once_than_it_gets(states):
    for state in states.values():
        if state["Type"] == "Map":
            assert state["ItemProcessor"]["ProcessorConfig"]["Mode"] == "INLINE"
            assert 0 < state["MaxConcurrency"] <= INLINE_MAP


def test_ids_alone_go_from_state_to_state(template):
    """The largest of what is loaded is the children's ids."""
    assert len(json.dumps(["0" * 26] * Limits().children)) < PAYLOAD // 10
    for name, state in template.states.items():
        if state["Type"] == "Task":
            assert "Output" in state, f"{name} would hand on all of its result"


@pytest.mark.parametrize("render", ["RenderGpu", "RenderLinux"])
def test_a_task_that_hangs_is_ended_and_a_tree_in_which_all_hang_ends_within_a_year(states, render):
    longest = states[render]["TimeoutSeconds"]
    assert 3600 <= longest <= 24 * 3600, "from none, a machine alone takes minutes"
    assert Limits().depth * ROUNDS * longest < YEAR
