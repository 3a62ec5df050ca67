"""A batch through the deployed state machine: in the long run as large as one may be."""

import time

from tests.support import campaign

WAIT = 900  # seconds; a bound on hanging, not on speed
JOBS = campaign.size(30, 1000)
WRONG = (5, JOBS // 4, JOBS - 1)


def test_three_jobs_of_a_large_batch_are_refused_and_all_others_run(client, template):
    good = {
        "template": {"id": template, "composition": "main"},
        "settings": {"engine": "open"},
    }
    layer = {"type": "text", "layerName": "nmae", "value": "x"}
    wrong = {
        WRONG[0]: good | {"assets": [layer]},
        WRONG[1]: good | {"template": {"id": "0" * 26, "composition": "x"}},
        WRONG[2]: 5,
    }
    begun = time.monotonic()
    created = client.post("batches", {"jobs": [wrong.get(index, good) for index in range(JOBS)]})
    print(f"accepted after {time.monotonic() - begun:.1f} s")

    assert (created["status"], created["totalJobs"], created["successCount"]) == (
        "partial",
        JOBS,
        JOBS - 3,
    )
    assert [entry["index"] for entry in created["errors"]] == [*WRONG]
    assert [job["index"] for job in created["jobs"]] == [
        index for index in range(JOBS) if index not in WRONG
    ]
    deadline = time.monotonic() + WAIT
    while (batch := client.get(f"batches/{created['batchId']}"))["stats"]["pending"]:
        assert time.monotonic() < deadline, batch["stats"]
        time.sleep(0.5)
    print(f"finished after {time.monotonic() - begun:.1f} s")
    assert batch["stats"] == {"total": JOBS - 3, "finished": JOBS - 3, "error": 0, "pending": 0}
    assert batch["status"] == "finished"
