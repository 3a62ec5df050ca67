from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.errors import RequestError
from intarsia.domain.nested import SlotAsset
from intarsia.domain.requests import JobRequest, JoinRequest, parse
from intarsia.domain.states import Status
from intarsia.domain.trees import JoinWork, Limits, PlannedJob, RenderWork, plan_tree

TEXT = {"type": "text", "layerName": "name", "value": "Jane"}
URL = {"type": "video", "src": "https://a.example/clip.mp4"}
CHILDREN = {"job", "join"}


def nested(assets, slot="Slot"):
    template = {"id": "B" * 26, "composition": "child"}
    return {"type": "job", "layerName": slot, "template": template, "assets": assets}


def joined(clips, slot="Slot"):
    return {"type": "join", "layerName": slot, "assets": clips}


def request(assets):
    body = {"template": {"id": "A" * 26, "composition": "main"}, "assets": assets}
    return parse(JobRequest, body)


def asset_lists(levels: int):
    """Assets of a render; the same objects serve as clips, which ignore a layer's name."""
    if levels == 0:
        return st.lists(st.just(TEXT), max_size=2)
    children = [asset_lists(levels - 1).map(nested), clip_lists(levels - 1).map(joined)]
    return st.lists(st.one_of(st.just(TEXT), *children), max_size=4)


def clip_lists(levels: int):
    if levels == 0:
        return st.lists(st.just(URL), min_size=1, max_size=2)
    children = [asset_lists(levels - 1).map(nested), clip_lists(levels - 1).map(joined)]
    return st.lists(st.one_of(st.just(URL), *children), min_size=1, max_size=4)


requests = st.one_of(
    asset_lists(3).map(request),
    clip_lists(3).map(lambda clips: parse(JoinRequest, {"assets": clips})),
)


def jobs_in(assets) -> int:
    return 1 + sum(jobs_in(asset.assets) for asset in assets if asset.type in CHILDREN)


def child_ids(job: PlannedJob) -> list[str]:
    """Children as the worker will be told of them."""
    if isinstance(job.work, JoinWork):
        return [clip.child_id for clip in job.work.clips if clip.child_id]
    return [asset.child_id for asset in job.work.assets if isinstance(asset, SlotAsset)]


@given(requests)
def test_every_request_becomes_a_tree_with_children_before_parents(asked):
    ids = map(str, count())
    jobs = plan_tree(asked, make_id=lambda: next(ids))
    place = {job.id: index for index, job in enumerate(jobs)}

    assert len(jobs) == len(place) == jobs_in(asked.assets)
    root = jobs[-1]
    assert root.parent_id is None
    assert root.slot is None
    for job in jobs:
        assert job.root_id == root.id
        assert job.status is (Status.PENDING if job.children else Status.QUEUED)
        assert tuple(child_ids(job)) == job.children, "each child once, in the assets' order"
        for child in job.children:
            assert place[child] < place[job.id]
            assert jobs[place[child]].parent_id == job.id
            assert (jobs[place[child]].slot is None) == isinstance(job.work, JoinWork)


@given(requests)
def test_no_asset_is_lost_or_moved(asked):
    jobs = {job.id: job for job in plan_tree(asked)}

    def same_assets(given_assets, work: RenderWork):
        for given_asset, asset in zip(given_assets, work.assets, strict=True):
            assert isinstance(asset, SlotAsset) == (given_asset.type in CHILDREN)
            if isinstance(asset, SlotAsset):
                assert asset.layer_name == given_asset.layer_name
                same(given_asset, jobs[asset.child_id])
            else:
                assert asset == given_asset

    def same_clips(given_clips, work: JoinWork):
        for given_clip, clip in zip(given_clips, work.clips, strict=True):
            if clip.child_id:
                same(given_clip, jobs[clip.child_id])
            else:
                assert clip.src == given_clip.src

    def same(item, job):
        (same_clips if isinstance(job.work, JoinWork) else same_assets)(item.assets, job.work)

    same(asked, next(job for job in jobs.values() if job.parent_id is None))


def test_a_child_knows_where_it_stands_in_the_request():
    jobs = plan_tree(request([TEXT, nested([nested([], "Inner")], "Outer"), joined([nested([])])]))

    assert {(job.slot, job.field) for job in jobs} == {
        (None, ""),
        ("Outer", "assets[1]"),
        ("Inner", "assets[1].assets[0]"),
        ("Slot", "assets[2]"),
        (None, "assets[2].assets[0]"),
    }


def hidden(*layers):
    params = {"layerName": list(layers), "visible": False}
    return {"type": "function", "name": "nx:layer-state-set", "params": params}


def test_a_function_for_several_layers_becomes_one_asset_for_each_in_its_place():
    (job,) = plan_tree(request([TEXT, hidden("a", "b"), TEXT]))

    layers = [getattr(asset, "params", asset).layer_name for asset in job.work.assets]
    assert layers == ["name", "a", "b", "name"]
    assert job.work.asset_fields == ("assets[0]", "assets[1]", "assets[1]", "assets[2]")


@pytest.mark.parametrize(
    ("assets", "limits", "field", "message"),
    [
        ([nested([nested([])])], Limits(depth=2), "assets[0].assets[0].assets", "2 levels"),
        ([nested([]), nested([])], Limits(children=1), "assets", "at most 1 nested"),
        ([nested([]), nested([])], Limits(jobs=2), "assets", "at most 2 jobs"),
        ([TEXT, TEXT], Limits(assets=1), "assets", "at most 1 assets"),
        ([hidden("a", "b")], Limits(assets=1), "assets", "at most 1 assets"),
    ],
)
def test_a_tree_beyond_a_limit_is_refused_where_it_passes_it(assets, limits, field, message):
    with pytest.raises(RequestError) as refused:
        plan_tree(request(assets), limits=limits)

    (problem,) = refused.value.problems
    assert problem.field.startswith(field)
    assert message in problem.message


def test_a_tree_exactly_at_the_limits_is_planned():
    jobs = plan_tree(request([nested([nested([])])]), limits=Limits(depth=3, children=1, jobs=3))

    assert len(jobs) == 3


def test_preview_overrides_settings_and_is_drawn_by_the_open_engine():
    asked = parse(
        JobRequest,
        {
            "template": {"id": "A" * 26},
            "preview": True,
            "settings": {"engine": "ae2026", "quality": "full"},
        },
    )

    (job,) = plan_tree(asked)

    assert (job.work.settings.engine, job.work.settings.quality) == ("open", "draft")
