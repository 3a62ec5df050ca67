"""What a function is sent and sends at once: 6 MB from and to Lambda, ten events to the bus.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from types import SimpleNamespace

import pytest

from intarsia import names
from intarsia.domain.bodies import BODY_LIMIT
from intarsia.domain.fonts import INLINE_LIMIT
from intarsia.storage.items import to_item
from lambdas import dependencies
from lambdas.api.templates import LIST_LIMIT
from lambdas.publish.handler import handler

PAYLOAD = 6 * 1024**2  # bytes
AROUND = 64 * 1024  # headers, and what API Gateway says of a request


@pytest.mark.parametrize("most", [BODY_LIMIT, LIST_LIMIT, INLINE_LIMIT * 4 / 3])
def test_the_largest_that_is_taken_or_given_fits(most):
    """A file comes as base64, four characters for three bytes."""
    assert most + AROUND < PAYLOAD


@pytest.fixture
def bus(monkeypatch):
    """Sizes of the calls that the bus has had; it refuses as many entries as `refusing` says."""
    calls = SimpleNamespace(sizes=[], refusing=0)

    def put_events(Entries):  # noqa: N803 - AWS' own spelling
        calls.sizes.append(len(Entries))
        return {"FailedEntryCount": calls.refusing}

    monkeypatch.setenv(names.ENV_BUS, "bus")
    monkeypatch.setattr(dependencies, "client", lambda _: SimpleNamespace(put_events=put_events))
    return calls


@pytest.fixture
def records(make_job):
    """Of more new jobs than fit into one call of the bus."""
    return [
        {"dynamodb": {"NewImage": to_item(make_job(), pk="JOB#a", sk="META")}} for _ in range(25)
    ]


def test_no_call_of_the_bus_has_more_events_than_it_takes(bus, records):
    assert handler({"Records": records}, None) == {"published": 25}
    assert bus.sizes == [10, 10, 5]


def test_events_that_the_bus_refused_come_again(bus, records):
    bus.refusing = 1
    with pytest.raises(RuntimeError, match="rejected 1"):
        handler({"Records": records}, None)
