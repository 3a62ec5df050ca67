"""The worker's command: from its environment to its exit code."""

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from intarsia.domain.states import Status
from intarsia.storage.traces import Traces
from render_container.worker import main
from render_container.worker.attempt import NOT_RECORDED, RECORDED


@pytest.fixture(autouse=True)
def _process_as_before() -> Iterator[None]:
    """The command changes what holds for the whole process."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)
    logging.disable(logging.NOTSET)


def _run(monkeypatch: pytest.MonkeyPatch) -> int:
    def leave(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr(os, "_exit", leave)
    with pytest.raises(SystemExit) as left:
        raise SystemExit(main.main())
    return int(left.value.code or 0)


def test_the_job_of_the_environment_is_rendered(
    desk: Any, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = desk.add(template)
    for name, value in desk.environment(job).variables.items():
        monkeypatch.setenv(name, value)
    assert _run(monkeypatch) == RECORDED
    assert desk.storage.jobs.get(job.id).status is Status.FINISHED


def test_an_incomplete_environment_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("INTARSIA_ATTEMPT", raising=False)
    assert _run(monkeypatch) == NOT_RECORDED
    assert "INTARSIA_ATTEMPT is not set" in capsys.readouterr().err


def test_an_x_ray_in_trouble_is_asked_once_and_not_waited_for(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/TraceSegments"] = lambda request: request.send_error(503)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_XRAY", site.url)

    with pytest.raises(ClientError, match="503"):
        Traces(main._xray).put({})

    assert site.requests == ["/TraceSegments"]
    config = main._xray().meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 2)


def test_a_job_that_is_not_sampled_needs_no_x_ray(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    monkeypatch.setattr(main, "_xray", lambda _client: made.append("xray"))
    main.storage_of(desk.environment(desk.make_job()))
    assert made == []


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "af-south-1"])
def test_buckets_are_reached_at_the_host_of_their_region(
    desk: Any, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    storage = main.storage_of(desk.environment(desk.make_job()))
    for bucket, name in ((storage.templates, "templates"), (storage.renders, "renders")):
        url = urlsplit(bucket.presign_get("key", 60, file_name="key"))
        assert url.netloc == f"{name}.s3.{region}.amazonaws.com"
        config = bucket._client.meta.config
        assert (config.signature_version, config.retries["mode"]) == ("s3v4", "standard")
    assert storage.jobs._client.meta.config.signature_version == "v4"


def test_only_the_first_signal_interrupts() -> None:
    signal.signal(signal.SIGTERM, main._stop)
    with pytest.raises(main.MachineStoppedError):
        signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)
