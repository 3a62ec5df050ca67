"""The janitor's clock."""

import logging
import threading
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from intarsia.local.janitor import Janitor


class Functions:
    """Counts calls; the first ones end as told."""

    def __init__(self, *outcomes: Any) -> None:
        self._outcomes = list(outcomes)
        self.calls: list[str] = []
        self.enough = threading.Event()

    def invoke(self, *, FunctionName: str) -> Any:  # noqa: N803 - boto3's spelling
        self.calls.append(FunctionName)
        if len(self.calls) > len(self._outcomes):
            self.enough.set()
            return {}
        outcome = self._outcomes[len(self.calls) - 1]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def test_it_is_called_at_once_and_not_again_before_the_interval_is_over() -> None:
    functions = Functions()
    janitor = Janitor(functions, "intarsia-janitor", interval=3600)
    janitor.start()
    assert functions.enough.wait(60)
    janitor.stop()
    assert functions.calls == ["intarsia-janitor"]


def test_failures_are_told_and_do_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    class Payload:
        def read(self) -> bytes:
            return b"it broke"

    functions = Functions(
        EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
        {"FunctionError": "Unhandled", "Payload": Payload()},
    )
    with caplog.at_level(logging.WARNING):
        janitor = Janitor(functions, "intarsia-janitor", interval=0.01)
        janitor.start()
        assert functions.enough.wait(60)
        janitor.stop()
    assert "could not be called" in caplog.text
    assert "it broke" in caplog.text
