"""Every moment at which either side can die, one by one.

An agent dies here by an exception that nothing catches: what it wrote stays as it is, and its lock
is free, as after SIGKILL (tests/faults/test_host_agent.py kills processes).
"""

import itertools
import json
import shutil
import threading
from contextlib import contextmanager

import pytest

from render_container.host import agent as agent_module
from render_container.host import client as client_module
from render_container.host import rendering
from render_container.host.agent import RUNS, Agent
from render_container.host.attendance import Arrival
from render_container.host.errors import HostError
from render_container.host.heartbeat import Heart
from render_container.host.result import read_result
from render_container.host.spool import Exchange, Spool
from render_container.host.timing import Timing


class Killed(BaseException):
    """The agent dies at this very place."""


@pytest.fixture
def dies(monkeypatch):
    """Lets agents die before or after a function of theirs is called for the nth time."""

    def arrange(place, name, *, when, times=1):
        whole, calls = getattr(place, name), itertools.count(1)

        def dying(*arguments, **parts):
            mine = next(calls) <= times
            if mine and when == "before":
                raise Killed
            result = whole(*arguments, **parts)
            if mine and when == "after":
                raise Killed
            return result

        monkeypatch.setattr(place, name, dying)

    return arrange


@pytest.fixture
def agents(spool, agent):
    """Agents one after the other, each when the one before has died; gives how many died."""

    @contextmanager
    def run():
        deaths, ended = [], threading.Event()

        def serve():
            while not ended.is_set():
                try:
                    with agent() as thread:
                        while thread.is_alive() and not ended.wait(0.005):
                            pass
                except Killed:
                    deaths.append(1)

        serving = threading.Thread(target=serve)
        serving.start()
        yield deaths
        ended.set()
        serving.join()

    return run


@pytest.fixture
def runs(monkeypatch):
    """Counts how often an engine is run."""
    begun, whole = [], rendering.run_engine

    def count(*arguments, **parts):
        begun.append(1)
        return whole(*arguments, **parts)

    monkeypatch.setattr(rendering, "run_engine", count)
    return begun


@pytest.mark.parametrize(
    ("place", "name", "when", "expected_runs"),
    [
        (Exchange, "take_turn", "before", 1),
        (Exchange, "take_turn", "after", 1),
        (agent_module, "find_places", "after", 1),
        (rendering, "end_leftovers", "after", 1),
        (rendering, "LineWriter", "after", 1),
        (rendering, "run_engine", "after", 2),
        (agent_module, "write_result", "after", 2),
        (agent_module, "publish_once", "before", 2),
        (agent_module, "publish_once", "after", 1),
    ],
)
def test_an_agent_that_dies_is_followed_by_one_that_ends_the_request_once(
    *, place, name, when, expected_runs, agents, client, render, dies, runs, spool, wait_for
):
    lines = []
    dies(place, name, when=when)
    with agents() as deaths, client() as (work, request):
        outcome = render(request(), line=lines.append)
        assert (work / "output" / "out.mov").read_text() == "1\n2\n3\n"
        wait_for(lambda: deaths)
    assert outcome.exit_code == 0
    assert outcome.log.frames == {1, 2, 3}
    assert len(runs) == expected_runs
    assert list((spool / "clients").iterdir()) == []


def test_an_agent_that_dies_with_its_engine_running_leaves_neither_engine_nor_output(
    *, agents, client, render, dies, runs, spool
):
    dies(agent_module.Agent, "_is_over", when="before", times=2)
    lines = []
    with agents(), client() as (work, request):
        outcome = render(request("1 2 3 pause"), line=lines.append)
        assert (work / "output" / "out.mov").read_text() == "1\n2\n3\n"
    assert outcome.log.frames == {1, 2, 3}
    assert len(runs) == 3
    assert lines[-4:] == ["aerender version 26.0x67", *lines[-3:]]
    assert "host: the agent died; the render begins again (run 3)" in lines


def test_a_request_with_which_every_agent_dies_is_lost_and_does_not_take_more(
    agents, client, render, dies, runs
):
    dies(rendering, "run_engine", when="after", times=RUNS)
    with agents() as deaths, client() as (_, request):
        with pytest.raises(HostError, match="died in each of the 3 runs") as caught:
            render(request())
        assert caught.value.kind == "transient"
        assert render(request()).exit_code == 0
    assert len(deaths) == RUNS
    assert len(runs) == RUNS + 1


def test_a_cancellation_outlives_the_agent(agents, client, render, dies, runs):
    lines = []
    dies(agent_module.Agent, "_is_over", when="after")
    with agents(), client() as (_, request):
        outcome = render(request("1 wait"), line=lines.append, cancelled=lambda: len(lines) > 1)
    assert outcome.cancelled
    assert len(runs) <= 2


def leave(spool, identifier, *, told="1 2 3"):
    """What a client leaves that was killed after it handed a render over."""
    folder = Spool(spool).client(identifier)
    folder.work.mkdir(parents=True)
    (folder.work / "project.aep").touch()
    Heart(folder.beat).start()
    exchange = folder.new_exchange()
    render = {"composition": told, "module": "sound", "quality": "full", "first": 0, "last": 2}
    files = {"project": "project.aep", "output": "output/sound.wav"}
    fields = {"id": identifier, "engine": "ae2026", **files, **render}
    exchange.request.write_text(json.dumps(fields))
    return exchange


@pytest.mark.parametrize("claimed", [False, True])
def test_nothing_is_rendered_for_the_dead_and_what_they_left_goes(
    *, claimed, agent, client, render, spool, runs, wait_for
):
    exchange = leave(spool, "dead")
    if claimed:
        assert exchange.take_turn(1, "agent")
        exchange.log(1).write_text('"aerender version 26.0x67"\n"PROG')
    with agent(), client("living") as (_, request):
        assert render(request()).exit_code == 0
        wait_for(lambda: not (spool / "clients" / "dead").exists())
    assert len(runs) == 1


def test_a_client_that_dies_while_its_render_runs_takes_it_along(agent, spool, runs, wait_for):
    exchange = leave(spool, "dying", told="1 wait")
    heart = Heart(spool / "clients" / "dying" / "beat")
    with agent():
        while not (exchange.log(1).exists() and b"(1)" in exchange.log(1).read_bytes()):
            heart.beat()
        wait_for(lambda: not (spool / "clients" / "dying").exists())
    assert len(runs) == 1


def test_what_was_never_a_clients_goes_too(agent, spool, wait_for):
    (spool / "clients").mkdir()
    (spool / "clients" / "note.txt").touch()
    (spool / "clients" / "half").mkdir()
    with agent():
        wait_for(lambda: not list((spool / "clients").iterdir()))


def test_without_an_agent_the_request_is_withdrawn_and_never_run(client, render, agent, runs):
    impatient = Timing(look=0.005, beat=0.01, client_stale=5, agent_stale=0.1)
    with client() as (_, request):
        with pytest.raises(HostError, match=r"no heartbeat for 0\.1 seconds") as caught:
            render(request(), timing=impatient)
        assert caught.value.kind == "transient"
        with agent(), client("two") as (_, second):
            assert render(second()).exit_code == 0
    assert len(runs) == 1


@pytest.mark.parametrize("cancelled", [False, True])
@pytest.mark.parametrize("taken", [False, True])
def test_what_a_client_gave_up_is_not_run_by_an_agent_that_comes_before_it_has_left(
    *, taken, cancelled, client, render, agent, spool, runs, monkeypatch
):
    impatient = Timing(look=0.005, beat=0.01, client_stale=5, agent_stale=0.1)
    came = []

    def an_agent_comes():
        with agent(), client("two") as (_, second):
            assert render(second()).exit_code == 0
        came.append(1)

    def slow_outcome(waiting):
        an_agent_comes()
        return outcome_of(waiting)

    def slow_error(kind, reason):
        an_agent_comes()
        return HostError(kind, reason)

    outcome_of = client_module._Waiting._cancelled_outcome
    monkeypatch.setattr(client_module._Waiting, "_cancelled_outcome", slow_outcome)
    monkeypatch.setattr(client_module, "HostError", slow_error)

    def ask():
        if taken:  # an agent takes it, and is heard of no more
            for folder in spool.glob("clients/one/x-*"):
                Exchange(folder).take_turn(1, "agent")
        return cancelled

    with client() as (_, request):
        try:
            assert render(request(), timing=impatient, cancelled=ask).cancelled
        except HostError:
            assert not cancelled
    assert came == [1]
    assert len(runs) == 1  # the other client's


def test_a_request_that_its_client_took_back_before_the_turn_was_taken_is_not_run(
    spool, runs, timing, monkeypatch
):
    exchange = leave(spool, "one")
    arrival = Arrival(Spool(spool).client("one"), exchange)
    take = Exchange.take_turn

    def gone_by_then(self, number, side):
        self.request.unlink()
        return take(self, number, side)

    monkeypatch.setattr(Exchange, "take_turn", gone_by_then)
    assert not Agent(spool, {}, timing=timing)._serve(arrival, threading.Event())
    assert runs == []
    assert not exchange.result.exists()


def test_a_turn_that_the_client_took_first_is_not_the_agents(spool, runs, timing):
    exchange = leave(spool, "one")
    arrival = Arrival(Spool(spool).client("one"), exchange)
    take = Exchange.take_turn

    def too_late(self, number, side):
        take(self, number, "client")
        return take(self, number, side)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Exchange, "take_turn", too_late)
        assert not Agent(spool, {}, timing=timing)._serve(arrival, threading.Event())
    assert runs == []
    assert not exchange.result.exists()


def test_a_request_that_was_cancelled_under_an_agent_that_died_is_not_begun_again(
    agent, spool, runs
):
    exchange = leave(spool, "one")
    assert exchange.take_turn(1, "agent")
    exchange.cancel.touch()
    heart = Heart(spool / "clients" / "one" / "beat")
    with agent():
        while not exchange.result.exists():
            heart.beat()
        assert read_result(exchange.result.read_bytes()).cancelled
    assert runs == []


def test_an_agent_that_was_frozen_ends_what_its_client_withdrew(
    agent, client, render, spool, monkeypatch
):
    """Frozen while it renders: it looks no more, and beats no more, but its engine runs on."""
    frozen, over = threading.Event(), Agent._is_over
    frozen.set()

    def freeze(self, *arguments):
        return False if frozen.is_set() else over(self, *arguments)

    monkeypatch.setattr(Agent, "_is_over", freeze)
    impatient = Timing(look=0.005, beat=0.01, client_stale=5, agent_stale=0.3)
    with agent(), client() as (_, request):
        with pytest.raises(HostError, match="no heartbeat"):
            render(request("1 wait"), timing=impatient)
        frozen.clear()
        assert render(request()).exit_code == 0
    assert list((spool / "clients").iterdir()) == []


def test_a_client_that_was_taken_for_dead_learns_it(agent, client, render, spool):
    lines = []

    def lost():
        if len(lines) == 2:
            shutil.rmtree(spool / "clients" / "one")
        return False

    with (
        agent(),
        client() as (_, request),
        pytest.raises(HostError, match="removed this worker's files") as caught,
    ):
        render(request("1 wait"), line=lines.append, cancelled=lost)
    assert caught.value.kind == "transient"
    assert list((spool / "clients").iterdir()) == []


def test_an_answer_that_is_none_ends_the_render(client, render, spool, wait_for):
    def answer():
        for exchange in spool.glob("clients/one/x-*"):
            (exchange / "result.json").write_text("{}")
        return False

    with client() as (_, request), pytest.raises(HostError, match="result cannot be read"):
        render(request(), cancelled=answer)
