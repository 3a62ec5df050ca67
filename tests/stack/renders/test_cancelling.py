"""The engines of a cancelled tree, processes of their own here, end within ten seconds."""

import contextlib
import time

import psutil

from render_container.engines import process
from render_container.worker import engine

WAIT = 300  # seconds; a bound on hanging
TEN_SECONDS = 10


def busy():
    """Command lines of this stack's engines."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            line = " ".join(child.cmdline())
            if "aerender" in line:
                yield line


def test_the_engines_of_a_cancelled_tree_end_within_ten_seconds(
    client, example, stack, far_bound, monkeypatch
):
    monkeypatch.setattr(engine, "run_engine", process.run_engine)
    made = client.submit(example("three-levels"))
    deadline = time.monotonic() + WAIT
    while not any("aerender" in line for line in busy()):
        assert time.monotonic() < deadline, client.tree(made["id"])
        time.sleep(0.05)

    answer = client._api.send("PATCH", f"jobs/{made['id']}/cancel")
    latest = time.monotonic() + far_bound(TEN_SECONDS)

    assert answer[0]["id"] == made["id"]
    cluster = stack.deployment.outputs["ClusterName"]
    tasks = []
    while any(busy()) or tasks:
        assert time.monotonic() < latest, [*busy()]
        time.sleep(0.1)
        tasks = stack.client("ecs").list_tasks(cluster=cluster, desiredStatus="RUNNING")["taskArns"]
    ended = {job["id"]: job["status"] for job in client.tree(made["id"])}
    assert set(ended.values()) <= {"manually_cancelled", "finished"}
    assert ended[made["id"]] == "manually_cancelled"
