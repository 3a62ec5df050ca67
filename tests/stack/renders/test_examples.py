"""Every job file of `examples/jobs` runs: as it stands in the long run, else one frame of it."""

import pytest

from examples.demo.jobs import JOBS
from tests.support import campaign
from tests.support.stills import as_stills

RUN_ELSEWHERE = {"nested-basic": "test_nested_job.py", "three-levels": "test_demo.py"}
"""Real renders take their time: these are looked at more closely where they stand here."""


@pytest.mark.parametrize(
    "name", sorted({path.stem for path in JOBS.glob("*.json")} - RUN_ELSEWHERE.keys())
)
def test_an_example_job_finishes_with_the_frames_of_its_compositions(
    client, example, finish, templates, name
):
    job = example(name) if campaign.LONG else as_stills(example(name))

    jobs = finish(client.submit(job)["id"])

    assert {job["status"] for job in jobs} == {"finished"}, [job["error"] for job in jobs]
    for job in jobs:
        (comp,) = (
            comp
            for comp in client.get(f"../v3/templates/{job['templateId']}/compositions")
            if comp["name"] == job["composition"]
        )
        whole = round(comp["duration"] * comp["frame_rate"])
        assert job["output"]["frames"] == (whole if campaign.LONG else 1)
        assert (job["output"]["width"], job["output"]["height"]) == (comp["width"], comp["height"])
        assert job["warnings"] == []
