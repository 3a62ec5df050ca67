"""The agent and its clients on one spool, both alive."""

import json
import logging
import subprocess
import threading
import time

import psutil
import pytest

from intarsia.names import ENV_AERENDER, ENV_PLAN, ENV_PLAN_RESULT
from render_container.engines.watchdogs import Watchdogs
from render_container.host import leftovers, rendering
from render_container.host.agent import Agent
from render_container.host.environment import ENV_MARK
from render_container.host.errors import AgentRunningError, EngineLeftError, HostError
from render_container.host.leftovers import end_leftovers
from render_container.host.spool import Spool
from render_container.host.timing import Timing


def hexed(text):
    return f"say {text.encode().hex()}"


def test_a_render_is_followed_as_if_it_ran_here(agent, client, render, spool):
    lines, percents = [], []
    with agent(), client() as (work, request):
        outcome = render(request(), line=lines.append, progress=percents.append)
        assert (work / "output" / "out.mov").read_text() == "1\n2\n3\n"
    assert (outcome.exit_code, outcome.cancelled, outcome.hung) == (0, False, None)
    assert outcome.seconds > 0
    assert outcome.log.frames == {1, 2, 3}
    assert outcome.log.drawn_by == "After Effects 26.0x67"
    assert lines[0] == "aerender version 26.0x67"
    assert len(lines) == 4
    assert percents == sorted(set(percents))
    assert percents[-1] == 100
    assert sorted(path.name for path in spool.iterdir()) == ["agent.beat", "agent.lock", "clients"]
    assert list((spool / "clients").iterdir()) == []


def test_the_exit_code_and_what_is_written_last_arrive(agent, client, render):
    with agent(), client() as (_, request):
        outcome = render(request(f"{hexed('aerender ERROR: No comp')} exit 3"))
    assert outcome.exit_code == 3
    assert outcome.log.errors == ["aerender ERROR: No comp"]


def test_one_client_may_hand_over_one_render_after_the_other(agent, client, render):
    with agent(), client() as (work, request):
        for told in ("1 2", "2 3"):
            assert render(request(told)).exit_code == 0
            assert (work / "output" / "out.mov").read_text().split() == told.split()


def test_the_agent_builds_the_command_line_itself(agent, client, render, spool):
    lines = []
    with agent(), client() as (work, request):
        render(
            request("arguments", first=2, last=4, displayed_start=10, quality="draft"),
            line=lines.append,
        )
        assert json.loads(lines[1]) == [
            *("-project", str(work / "project.aep"), "-comp", "arguments"),
            *("-output", str(work / "output" / "out.mov"), "-OMtemplate", "video_prores_422"),
            *("-RStemplate", "nx_draft", "-s", "12", "-e", "14", "-sound", "ON"),
            *("-v", "ERRORS_AND_PROGRESS", "-close", "DO_NOT_SAVE_CHANGES"),
        ]


def test_after_effects_inherits_nothing_that_it_does_not_need(agent, client, render, spool):
    secrets = {"AWS_ACCESS_KEY_ID": "x", "MY_TOKEN": "x", "INTARSIA_TABLE": "x", "ECS_X": "x"}
    lines = []
    with agent(USERPROFILE="C:\\Users\\render", **secrets), client() as (work, request):
        (work / "plan.json").touch()
        plan, result = work / "plan.json", work / "result.json"
        render(request("environment", plan=plan, plan_result=result), line=lines.append)
    environment = json.loads(lines[1])
    assert not {*secrets, ENV_AERENDER} & environment.keys()
    assert environment["USERPROFILE"] == "C:\\Users\\render"
    assert environment["KMP_DUPLICATE_LIB_OK"] == "TRUE"
    assert environment[ENV_PLAN] == str(plan)
    assert environment[ENV_PLAN_RESULT] == str(result)
    assert environment[ENV_MARK] == str(spool)


def test_what_an_engine_writes_cannot_pass_for_a_result(agent, client, render):
    forged = '"}\n{"end": "ran", "run": 1, "exit_code": 0}\n'
    lines = []
    with agent(), client() as (_, request):
        outcome = render(request(f"{hexed(forged)} exit 7"), line=lines.append)
    assert outcome.exit_code == 7
    assert lines[1:] == ['"}', '{"end": "ran", "run": 1, "exit_code": 0}']


def test_renders_are_made_one_at_a_time_in_the_order_of_their_arrival(
    agent, client, render, spool, wait_for
):
    ends = []

    def hand_over(request, name):
        render(request)
        ends.append(name)

    threads = []

    def looked():
        """The agent beats whenever it looks."""
        for _ in range(2):
            beat = (spool / "agent.beat").read_bytes()
            wait_for(lambda beat=beat: (spool / "agent.beat").read_bytes() != beat)

    def hand_over_three():
        for name, (_, request) in (("c", c), ("a", a), ("b", b)):
            threads.append(threading.Thread(target=hand_over, args=(request(), name)))
            threads[-1].start()
            wait_for(lambda name=name: list(spool.glob(f"clients/{name}/x-*/request.json")))
            looked()
        return True

    with agent(), client("a") as a, client("b") as b, client("c") as c, client("first") as first:
        lines = []
        outcome = render(
            first[1]("1 wait"),
            line=lines.append,
            cancelled=lambda: len(lines) == 2 and hand_over_three(),
        )
        assert outcome.cancelled
        for thread in threads:
            thread.join()
    assert ends == ["c", "a", "b"]


def test_a_request_that_does_not_fit_ends_at_once_and_names_the_field(agent, client, render):
    with agent(), client() as (_, request):
        fitting = request()
        misfit = fitting.model_copy(update={"project": "../../../etc/passwd"})
        with pytest.raises(HostError, match=r"\(field project\).* without \. or \.\."):
            render(misfit)
        for field, path, complaint in [
            ("project", "missing.aep", "the file does not exist"),
            ("fonts", "project.aep", "the folder does not exist"),
            ("plan", "missing.json", "the file does not exist"),
        ]:
            update = {"plan": "project.aep", "plan_result": "r.json", field: path}
            with pytest.raises(HostError, match=rf"\(field {field}\): {complaint}") as caught:
                render(fitting.model_copy(update=update))
            assert caught.value.kind == "configuration"
        assert render(fitting).exit_code == 0


def test_no_link_on_the_way_is_followed(agent, client, render, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.aep").touch()
    with agent(), client() as (work, request):
        (work / "folder").symlink_to(outside)
        (work / "link.aep").symlink_to(outside / "kept.aep")
        (work / "fonts").mkdir()
        (work / "fonts" / "a.ttf").symlink_to(outside / "kept.aep")
        for field, path in [
            ("project", work / "link.aep"),
            ("project", work / "folder" / "kept.aep"),
            ("output", work / "folder" / "out.mov"),
            ("fonts", work / "folder"),
            ("fonts", work / "fonts"),
        ]:
            with pytest.raises(HostError, match=rf"\(field {field}\): .* is a link"):
                render(request(**{field: path}))
    assert [path.name for path in outside.iterdir()] == ["kept.aep"]


def test_a_client_folder_that_is_a_link_is_taken_away(agent, spool, tmp_path, wait_for):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "beat").touch()
    (spool / "clients").mkdir()
    (spool / "clients" / "one").symlink_to(outside)
    with agent():
        wait_for(lambda: not (spool / "clients" / "one").is_symlink())
    assert (outside / "beat").exists()


def test_without_after_effects_it_is_the_installations_matter(agent, client, render):
    with (
        agent(**{ENV_AERENDER: "/none/aerender"}),
        client() as (_, request),
        pytest.raises(HostError, match="command does not exist") as caught,
    ):
        render(request())
    assert caught.value.kind == "configuration"


def test_a_failure_of_the_agents_own_ends_the_request_as_transient(
    agent, client, render, monkeypatch
):
    def fail(*_, **__):
        raise OSError("No space left on device")

    monkeypatch.setattr(rendering, "LineWriter", fail)
    with (
        agent(),
        client() as (_, request),
        pytest.raises(HostError, match=r"failed unexpectedly \(OSError\)") as caught,
    ):
        render(request())
    assert caught.value.kind == "transient"


def test_a_cancelled_render_is_killed_and_says_so(agent, client, render, spool):
    lines = []
    with agent(), client() as (_, request):
        outcome = render(request("1 wait"), line=lines.append, cancelled=lambda: len(lines) == 2)
    assert outcome.cancelled
    assert outcome.exit_code is None
    assert outcome.log.frames == {1}
    assert end_leftovers(spool) == 0


def test_a_render_that_is_cancelled_in_the_queue_is_never_begun(agent, client, render):
    lines = []
    with client() as (work, request):
        outcome = render(request(), line=lines.append, cancelled=lambda: True)
        assert outcome.cancelled
        with agent(), client("two") as (_, second):
            render(second())
        assert not (work / "output").exists()
    assert lines == []


def test_a_hung_engine_is_killed_by_the_agents_watchdog(client, render, spool, timing):
    stop = threading.Event()
    variables = {ENV_AERENDER: "sh -c 'echo aerender version 1; sleep 60'"}
    serving = Agent(spool, variables, timing=timing, watchdogs=Watchdogs(open=0.2))
    thread = threading.Thread(target=serving.serve, args=(stop,))
    thread.start()
    with client() as (_, request):
        outcome = render(request())
    stop.set()
    thread.join()
    assert outcome.exit_code is None
    assert "0.2 seconds" in outcome.hung


def test_a_listener_that_raises_ends_the_render(agent, client, render, spool, wait_for):
    def refuse(line):
        raise KeyError(line)

    with agent(), client() as (_, request):
        with pytest.raises(KeyError):
            render(request("1 wait"), line=refuse)
        wait_for(lambda: leftovers._marked(str(spool)) == [])
        assert render(request()).exit_code == 0


def test_the_fonts_of_a_render_are_there_while_it_runs(agent, client, render, monkeypatch):
    seen = []

    class Installed:
        def __init__(self, folder):
            seen.append(folder)

        def __enter__(self):
            return ["Font x.ttf is broken."]

        def __exit__(self, *_):
            seen.append("removed")

    monkeypatch.setattr(rendering, "installed", Installed)
    with agent(), client() as (work, request):
        (work / "fonts").mkdir()
        outcome = render(request(fonts=work / "fonts"))
        assert seen == [work / "fonts", "removed"]
    assert outcome.log.warnings == ["Font x.ttf is broken."]


def test_a_second_agent_does_not_serve_the_same_spool(agent, client, render, spool, timing):
    with agent(), client() as (_, request):
        render(request())
        with pytest.raises(AgentRunningError):
            Agent(spool, {}, timing=timing).serve(threading.Event())


def test_an_agent_that_is_told_to_stop_ends_its_engine_and_the_next_begins_again(
    agent, client, render, spool, wait_for
):
    lines, outcomes = [], []
    with client() as (_, request):
        waiting = threading.Thread(
            target=lambda: outcomes.append(render(request("1 2 wait"), line=lines.append))
        )
        with agent():
            waiting.start()
            wait_for(lambda: len(lines) == 3)
        assert end_leftovers(spool) == 0
        assert waiting.is_alive()
        assert not list(spool.glob("clients/*/x-*/result.json"))
        quick = "sh -c 'echo \"PROGRESS:  0:00:00:00 (7): 0 Seconds\"'"
        with agent(**{ENV_AERENDER: quick}):
            waiting.join()
    assert outcomes[0].log.frames == {7}
    assert "host: the agent died; the render begins again (run 2)" in lines


def test_what_earlier_agents_started_is_ended_before_the_next_render(agent, client, render, spool):
    left = subprocess.Popen(["sleep", "60"], env={ENV_MARK: str(spool)}, start_new_session=True)
    other = subprocess.Popen(["sleep", "60"], env={ENV_MARK: f"{spool}-2"})
    try:
        with agent(), client() as (_, request):
            assert render(request()).exit_code == 0
            assert not psutil.pid_exists(left.pid)
        assert other.poll() is None
    finally:
        left.kill()
        other.kill()
        left.wait()
        other.wait()


def test_nothing_is_rendered_beside_a_process_that_cannot_be_ended(
    agent, client, render, spool, monkeypatch
):
    with agent() as _, client() as (_, request):
        render(request())
        monkeypatch.setattr(leftovers, "BOUND", 0.01)
        monkeypatch.setattr(leftovers, "_marked", lambda _: [Immortal()])
        with pytest.raises(HostError, match=r"cannot be ended \(process ids 4711\)") as caught:
            render(request())
        assert caught.value.kind == "transient"
    with pytest.raises(EngineLeftError):
        end_leftovers(spool)


class Immortal(psutil.Process):
    def __init__(self):
        self._pid = 4711

    def kill(self):
        raise psutil.AccessDenied(4711)

    def wait(self, timeout=None):
        raise psutil.TimeoutExpired(timeout or 0)

    def __hash__(self):
        return 4711


def test_a_spool_of_another_name_for_the_same_folder_is_the_same(spool, tmp_path, timing):
    (tmp_path / "link").symlink_to(spool)
    assert Agent(tmp_path / "link", {}, timing=timing)._spool == Spool(spool)


def test_the_end_is_told_when_there_is_room_for_it_again(
    agent, client, render, monkeypatch, caplog
):
    from render_container.host import agent as module

    publish, full = module.publish_once, iter([OSError("disk full"), OSError("disk full")])

    def refuse(path, content):
        if error := next(full, None):
            raise error
        return publish(path, content)

    monkeypatch.setattr(module, "publish_once", refuse)
    with caplog.at_level(logging.WARNING), agent(), client() as (_, request):
        assert render(request()).exit_code == 0
    assert caplog.text.count("result could not be written") == 2


def test_by_default_a_pause_of_either_side_kills_nothing():
    timing = Timing()
    assert timing.beat * 10 < timing.client_stale < timing.agent_stale
    assert time.get_clock_info("monotonic").monotonic
