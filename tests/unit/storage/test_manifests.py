import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intarsia.domain.manifests import JoinManifest
from intarsia.storage.manifests import ManifestStore
from intarsia.storage.objects import ObjectNotFoundError
from tests.support import campaign


def manifest(job_id, name):
    return JoinManifest(
        job_id=job_id, team_id="team", output_key=f"outputs/{name}.mp4", log_key="l", clips=[]
    )


@settings(
    max_examples=campaign.size(10, 30), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=st.lists(st.text(), min_size=1, max_size=10))
def test_each_job_finds_its_own_among_those_submitted_together(renders, make_job, names):
    store = ManifestStore(renders)
    written = [manifest(f"{number:026}", name) for number, name in enumerate(names)]

    places = store.put_all("submission", written)

    for each in written:
        job = make_job(id=each.job_id, manifest=places[each.job_id])
        assert store.get(job) == each


def test_a_manifest_of_its_own_takes_the_place_of_the_submitted_one(renders, make_job, jobs):
    store = ManifestStore(renders)
    job = make_job(status="pending")
    places = store.put_all(job.id, [manifest(job.id, "first")])
    jobs.create([job.model_copy(update={"manifest": places[job.id]})])
    store.put(manifest(job.id, "filled"))

    assert store.get(jobs.get(job.id)).output_key == "outputs/first.mp4"
    jobs.promote(job.id)
    assert store.get(jobs.get(job.id)).output_key == "outputs/filled.mp4"


def test_a_manifest_that_is_nowhere_is_not_found(renders, make_job):
    with pytest.raises(ObjectNotFoundError):
        ManifestStore(renders).get(make_job())
