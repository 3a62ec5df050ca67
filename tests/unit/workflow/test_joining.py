import pytest

from intarsia.domain.assets import TextAsset
from intarsia.domain.jobs import Failure
from intarsia.domain.manifests import Manifest
from intarsia.domain.nested import SlotAsset
from intarsia.domain.states import Status
from intarsia.storage.manifests import ManifestStore
from intarsia.workflow.joining import ChildrenUnsettledError, join


@pytest.fixture
def manifests(renders):
    return ManifestStore(renders)


@pytest.fixture
def manifest(manifests, tree):
    slots = [
        SlotAsset(type="slot", layer_name=slot, child_id=tree[name], media="video")
        for slot, name in (("Left", "left"), ("Right", "right"))
    ]
    between = TextAsset(type="text", layer_name="title", value="x")
    manifest = Manifest(
        job_id=tree["root"],
        team_id="team",
        template_id="T",
        template_key="k",
        template_type="aep",
        composition="main",
        assets=[slots[0], between, slots[1]],
        media="video",
        codec="video_h264_vbr_15mbps",
        quality="full",
        engine="open",
        frames=None,
        output_key="o",
        log_key="l",
    )
    manifests.put(manifest)
    return manifest


@pytest.fixture
def finish_children(jobs, tree, finish):
    finish(tree["leaf"])
    jobs.promote(tree["left"])
    finish(tree["left"])
    finish(tree["right"])


def test_outputs_take_the_places_of_their_children_in_order(
    jobs, manifests, tree, manifest, finish_children
):

    joined = join(jobs, manifests, tree["root"])

    assert joined.status is Status.QUEUED
    stored = manifests.get(joined)
    assert [asset.type for asset in stored.assets] == ["slot", "text", "slot"]
    assert [slot.output_key for slot in stored.slots] == [
        jobs.get(tree["left"]).output_key,
        jobs.get(tree["right"]).output_key,
    ]


def test_joining_twice_changes_nothing(jobs, manifests, tree, manifest, finish_children):
    join(jobs, manifests, tree["root"])
    before = manifests.get(jobs.get(tree["root"]))

    assert join(jobs, manifests, tree["root"]).status is Status.QUEUED
    assert manifests.get(jobs.get(tree["root"])) == before


def test_a_failed_child_fails_the_parent_with_its_reason(jobs, manifests, tree, manifest):
    jobs.fail(tree["right"], Failure(kind="user", reason="no such layer"))

    joined = join(jobs, manifests, tree["root"])

    assert joined.status is Status.ERROR
    assert joined.failure.child_id == tree["right"]
    assert "no such layer" in joined.failure.reason


def test_a_child_that_has_not_ended_is_not_waited_for_silently(jobs, manifests, tree, manifest):
    with pytest.raises(ChildrenUnsettledError):
        join(jobs, manifests, tree["root"])

    assert jobs.get(tree["root"]).status is Status.PENDING
