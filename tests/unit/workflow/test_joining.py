import pytest

from intarsia.domain.assets import TextAsset
from intarsia.domain.nested import SlotAsset
from intarsia.domain.jobs import Failure, Output
from intarsia.domain.manifests import Manifest, manifest_key
from intarsia.domain.states import Status
from intarsia.workflow.joining import ChildrenUnsettledError, join


def finish(jobs, job_id):
    jobs.start(job_id, 1)
    output = Output(key="k", bytes=1, frames=1, width=1, height=1, fps=25, duration=1)
    jobs.finish(
        job_id,
        1,
        output=output,
        render_seconds=1,
        rendered_by=None,
        missing_fonts=[],
        warnings=[],
    )


@pytest.fixture
def manifest(renders, tree):
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
    renders.put_text(manifest_key(tree["root"]), manifest.model_dump_json(by_alias=True))
    return manifest


def finish_children(jobs, tree):
    finish(jobs, tree["leaf"])
    jobs.promote(tree["left"])
    finish(jobs, tree["left"])
    finish(jobs, tree["right"])


def test_outputs_take_the_places_of_their_children_in_order(jobs, renders, tree, manifest):
    finish_children(jobs, tree)

    joined = join(jobs, renders, tree["root"])

    assert joined.status is Status.QUEUED
    stored = Manifest.model_validate_json(renders.get_text(manifest_key(tree["root"])))
    assert [asset.type for asset in stored.assets] == ["slot", "text", "slot"]
    assert [slot.output_key for slot in stored.slots] == [
        jobs.get(tree["left"]).output_key,
        jobs.get(tree["right"]).output_key,
    ]


def test_joining_twice_changes_nothing(jobs, renders, tree, manifest):
    finish_children(jobs, tree)
    join(jobs, renders, tree["root"])
    before = renders.get_text(manifest_key(tree["root"]))

    assert join(jobs, renders, tree["root"]).status is Status.QUEUED
    assert renders.get_text(manifest_key(tree["root"])) == before


def test_a_failed_child_fails_the_parent_with_its_reason(jobs, renders, tree, manifest):
    jobs.fail(tree["right"], Failure(kind="user", reason="no such layer"))

    joined = join(jobs, renders, tree["root"])

    assert joined.status is Status.ERROR
    assert joined.failure.child_id == tree["right"]
    assert "no such layer" in joined.failure.reason


def test_a_child_that_has_not_ended_is_not_waited_for_silently(jobs, renders, tree, manifest):
    with pytest.raises(ChildrenUnsettledError):
        join(jobs, renders, tree["root"])

    assert jobs.get(tree["root"]).status is Status.PENDING
