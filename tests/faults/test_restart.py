"""Whatever is killed, no job is lost."""

import pytest

from intarsia.local import stack as local_stack
from intarsia.local.stack import LocalStack
from tests.support.thread_fleet import ScriptedFleet


@pytest.fixture(autouse=True)
def _scripted(monkeypatch):
    monkeypatch.setattr(local_stack, "Fleet", ScriptedFleet)


def tree(template):
    """Root ← child; the child waits for ever on its first attempt's script."""
    text = {"type": "text", "layerName": "headline"}
    child = {
        "type": "job",
        "layerName": "PrecompLayer",
        "template": {"id": template, "composition": "main"},
        "settings": {"engine": "open"},
        "assets": [text | {"value": "wait once"}],
    }
    return {
        "template": {"id": template, "composition": "main"},
        "settings": {"engine": "open"},
        "assets": [text | {"value": "finish"}, child],
    }


def begin(stack, example_templates, connect, wait_for):
    """A tree whose child is rendering, on a fresh stack."""
    with connect(stack.url, stack.api_key) as client:
        template = client.add_template("main", example_templates["main"].path)["id"]
        root = client.submit(tree(template))["id"]
        child = client.job(root)["children"][0]["id"]
        wait_for(lambda: client.job(child)["status"] == "render:dorender")
    return root, template


def test_a_job_under_way_ends_after_a_clean_stop_and_after_the_emulator_was_killed(
    tmp_path, example_templates, connect, wait_for, ended
):
    state = tmp_path / "state"
    with LocalStack(state, port=0) as stack:
        stopped, template = begin(stack, example_templates, connect, wait_for)

    with LocalStack(state, port=0) as stack:
        with connect(stack.url, stack.api_key) as client:
            assert client.get(f"templates/{template}")["status"] == "uploaded"
            jobs = wait_for(lambda: ended(client, stopped))
        assert [job["status"] for job in jobs] == ["finished", "finished"]
        assert jobs[1]["attempt"] == 2
        killed, _ = begin(stack, example_templates, connect, wait_for)
        stack.emulator.checkpoint()
        stack.emulator.kill()

    with LocalStack(state, port=0) as stack, connect(stack.url, stack.api_key) as client:
        jobs = wait_for(lambda: ended(client, killed))
        assert [job["status"] for job in client.tree(stopped)] == ["finished", "finished"]
    assert [job["status"] for job in jobs] == ["finished", "finished"]
