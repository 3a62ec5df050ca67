"""Clients of the emulator."""

import pytest
from botocore.exceptions import EndpointConnectionError

from intarsia.local.clients import Clients
from intarsia.local.credentials import Credentials
from intarsia.local.emulator import free_port


def test_an_emulator_that_has_ended_is_asked_once_more_and_not_for_seconds() -> None:
    clients = Clients(f"http://127.0.0.1:{free_port()}", Credentials(bytes(32)))
    sent: list[object] = []
    sqs = clients("sqs")
    sqs.meta.events.register("before-send.sqs", lambda request, **_: sent.append(request))

    with pytest.raises(EndpointConnectionError):
        sqs.list_queues()

    assert len(sent) == 2
