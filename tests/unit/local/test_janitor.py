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


def test_a_stop_does_not_wait_for_a_call_under_way_and_its_failure_is_no_news(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    called, cut_off = threading.Event(), threading.Event()

    class Hangs:
        def invoke(self, *, FunctionName: str) -> Any:  # noqa: N803 - boto3's spelling
            called.set()
            cut_off.wait(60)
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    janitor = Janitor(Hangs(), "intarsia-janitor")
    janitor.start()
    assert called.wait(60)
    with monkeypatch.context() as patched:
        patched.setattr(janitor._thread, "join", lambda *_, **__: pytest.fail("it waits"))
        janitor.stop()
    cut_off.set()
    janitor._thread.join(60)
    assert caplog.text == ""
