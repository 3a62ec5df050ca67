"""A batch as large as one may be, through the deployed state machine."""

import importlib.util
import time
from pathlib import Path

import pytest

from examples.templates import lower_third
from intarsia.local import stack as local_stack

WAIT = 900  # seconds; a bound on hanging, not on speed
WRONG = {5: "no such layer", 250: "no such template", 999: "no object"}


@pytest.fixture
def crowded(tmp_path, monkeypatch):
    """A stack whose renders are threads."""
    place = Path(__file__).with_name("crowd.py")
    spec = importlib.util.spec_from_file_location("crowd", place)
    crowd = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(crowd)
    monkeypatch.setattr(local_stack, "Fleet", crowd.Crowd)
    with local_stack.LocalStack(tmp_path, port=0) as running:
        yield running


def test_of_a_thousand_jobs_three_are_refused_and_all_others_run(crowded, connect, tmp_path):
    with connect(crowded.url, crowded.api_key) as client:
        built = lower_third.build(tmp_path / "built")
        template = client.add_template("lower-third", built.path)["id"]
        good = {
            "template": {"id": template, "composition": "lower-third"},
            "settings": {"engine": "open"},
        }
        layer = {"type": "text", "layerName": "nmae", "value": "x"}
        wrong = {
            5: good | {"assets": [layer]},
            250: good | {"template": {"id": "0" * 26, "composition": "x"}},
            999: 5,
        }
        begun = time.monotonic()
        created = client.post(
            "batches", {"jobs": [wrong.get(index, good) for index in range(1000)]}
        )
        print(f"accepted after {time.monotonic() - begun:.1f} s")

        assert (created["status"], created["totalJobs"], created["successCount"]) == (
            "partial",
            1000,
            997,
        )
        assert [entry["index"] for entry in created["errors"]] == [5, 250, 999]
        assert [job["index"] for job in created["jobs"]] == [
            index for index in range(1000) if index not in wrong
        ]
        deadline = time.monotonic() + WAIT
        while (batch := client.get(f"batches/{created['batchId']}"))["stats"]["pending"]:
            assert time.monotonic() < deadline, batch["stats"]
            time.sleep(1)
        print(f"finished after {time.monotonic() - begun:.1f} s")
        assert batch["stats"] == {"total": 997, "finished": 997, "error": 0, "pending": 0}
        assert batch["status"] == "finished"
