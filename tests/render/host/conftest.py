"""An agent in a thread, clients in the test's, and an engine that does what it is told."""

import os
import shlex
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from intarsia.domain.settings import Codec, Engine
from intarsia.names import ENV_AERENDER
from render_container.engines.arguments import Render
from render_container.engines.process import Listener
from render_container.host.agent import Agent
from render_container.host.client import host_request, render_on_host, work_folder
from render_container.host.timing import Timing
from tests.support.paths import TOLD_ENGINE

TIMING = Timing(look=0.005, beat=0.01, client_stale=1, agent_stale=10)


@pytest.fixture
def timing():
    return TIMING


@pytest.fixture
def spool(tmp_path):
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


@pytest.fixture
def wait_for():
    """Poll until `condition` holds, for `seconds` at most."""

    def wait(condition, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.005)
        raise TimeoutError

    return wait


@pytest.fixture
def agent(spool):
    """Runs an agent while it lasts; raises what the agent raised. `variables` are added to the
    agent's environment."""

    @contextmanager
    def run(timing=TIMING, **variables):
        stop, raised = threading.Event(), []
        engine = shlex.join([sys.executable, "-I", "-S", str(TOLD_ENGINE)])
        environment = {**os.environ, ENV_AERENDER: engine, **variables}

        def serve():
            try:
                Agent(spool, environment, timing=timing).serve(stop)
            except BaseException as error:  # noqa: BLE001 - the test's to judge
                raised.append(error)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield thread
        finally:
            stop.set()
            thread.join()
        if raised:
            raise raised[0]

    return run


@pytest.fixture
def client(spool):
    """A client's folder with a project: gives the folder and a function that makes requests."""

    @contextmanager
    def begin(identifier="one", timing=TIMING):
        with work_folder(spool, identifier, timing=timing) as work:
            (work / "project.aep").write_bytes(b"RIFX")

            def request(told="1 2 3", **changes):
                """`told` is what the engine is to do."""
                parts = {"plan": None, "plan_result": None, "fonts": None, "expected_frames": 3}
                parts |= {key: changes.pop(key) for key in [*changes] if key in parts}
                render = {
                    "project": work / "project.aep",
                    "composition": told,
                    "output": work / "output" / "out.mov",
                    "module": Codec.PRORES_422,
                    "quality": "full",
                    "first": 0,
                    "last": 2,
                }
                return host_request(work, Render(**render | changes), engine=Engine.AE2026, **parts)

            yield work, request

    return begin


@pytest.fixture
def render(spool):
    """Hands a request over and follows it; listener parts and timing by keyword."""

    def hand_over(request, **parts):
        timing = parts.pop("timing", TIMING)
        whole = {"line": lambda _: None, "progress": lambda _: None, "cancelled": lambda: False}
        return render_on_host(spool, request, Listener(**whole | parts), timing=timing)

    return hand_over
