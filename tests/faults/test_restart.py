"""Whatever is killed, no job is lost."""

import sys

from intarsia.local.stack import LocalStack
from tests.support import scripted_worker

SCRIPTED = (sys.executable, "-m", scripted_worker.__name__)


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


def test_a_job_under_way_at_a_clean_stop_ends_after_the_next_start(
    tmp_path, example_templates, connect, wait_for, ended
):
    with LocalStack(tmp_path / "state", port=0, worker=SCRIPTED) as stack:
        root, template = begin(stack, example_templates, connect, wait_for)

    with (
        LocalStack(tmp_path / "state", port=0, worker=SCRIPTED) as stack,
        connect(stack.url, stack.api_key) as client,
    ):
        assert client.get(f"templates/{template}")["status"] == "uploaded"
        parent, child = wait_for(lambda: ended(client, root))

    assert [parent["status"], child["status"]] == ["finished", "finished"]
    assert child["attempt"] == 2


def test_a_job_under_way_when_the_emulator_is_killed_ends_after_the_next_start(
    tmp_path, example_templates, connect, wait_for, ended
):
    with LocalStack(tmp_path / "state", port=0, worker=SCRIPTED) as stack:
        root, _ = begin(stack, example_templates, connect, wait_for)
        stack.emulator.checkpoint()
        stack.emulator.kill()

    with (
        LocalStack(tmp_path / "state", port=0, worker=SCRIPTED) as stack,
        connect(stack.url, stack.api_key) as client,
    ):
        parent, child = wait_for(lambda: ended(client, root))

    assert [parent["status"], child["status"]] == ["finished", "finished"]
