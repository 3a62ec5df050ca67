from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.assets import SlotAsset
from intarsia.domain.errors import RequestError
from intarsia.domain.requests import parse_job_request
from intarsia.domain.states import Status
from intarsia.domain.trees import Limits, plan_tree

TEXT = {"type": "text", "layerName": "name", "value": "Jane"}


def nested(assets, slot="Slot"):
    return {
        "type": "job",
        "layerName": slot,
        "template": {"id": "B" * 26, "composition": "child"},
        "assets": assets,
    }


def request(assets):
    return parse_job_request(
        {"template": {"id": "A" * 26, "composition": "main"}, "assets": assets}
    )


def asset_lists(levels: int):
    if levels == 0:
        return st.lists(st.just(TEXT), max_size=2)
    return st.lists(st.one_of(st.just(TEXT), asset_lists(levels - 1).map(nested)), max_size=4)


def jobs_in(assets) -> int:
    return 1 + sum(jobs_in(asset["assets"]) for asset in assets if asset["type"] == "job")


@given(asset_lists(3))
def test_every_request_becomes_a_tree_with_children_before_parents(assets):
    ids = map(str, count())
    jobs = plan_tree(request(assets), make_id=lambda: next(ids))
    place = {job.id: index for index, job in enumerate(jobs)}

    assert len(jobs) == len(place) == jobs_in(assets)
    root = jobs[-1]
    assert root.parent_id is None
    assert root.slot is None
    for job in jobs:
        assert job.root_id == root.id
        assert job.status is (Status.PENDING if job.children else Status.QUEUED)
        slots = [asset.child_id for asset in job.assets if isinstance(asset, SlotAsset)]
        assert tuple(slots) == job.children, "a slot for each child, in the order of the assets"
        for child in job.children:
            assert place[child] < place[job.id]
            assert jobs[place[child]].parent_id == job.id


@given(asset_lists(3))
def test_no_asset_is_lost_or_moved(assets):
    jobs = {job.id: job for job in plan_tree(request(assets))}

    def same(given_assets, job):
        assert len(given_assets) == len(job.assets)
        for given_asset, asset in zip(given_assets, job.assets, strict=True):
            assert isinstance(asset, SlotAsset) == (given_asset["type"] == "job")
            if isinstance(asset, SlotAsset):
                same(given_asset["assets"], jobs[asset.child_id])
            else:
                assert asset.value == given_asset["value"]

    same(assets, next(job for job in jobs.values() if job.parent_id is None))


def test_a_child_knows_where_it_stands_in_the_request():
    jobs = plan_tree(request([TEXT, nested([nested([], "Inner")], "Outer")]))

    assert {job.slot: job.field for job in jobs} == {
        None: "",
        "Outer": "assets[1]",
        "Inner": "assets[1].assets[0]",
    }


@pytest.mark.parametrize(
    ("assets", "limits", "field", "message"),
    [
        ([nested([nested([])])], Limits(depth=2), "assets[0].assets[0].assets", "2 levels"),
        ([nested([]), nested([])], Limits(children=1), "assets", "at most 1 nested"),
        ([nested([]), nested([])], Limits(jobs=2), "assets", "at most 2 jobs"),
        ([TEXT, TEXT], Limits(assets=1), "assets", "at most 1 assets"),
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
    asked = parse_job_request(
        {
            "template": {"id": "A" * 26},
            "preview": True,
            "settings": {"engine": "ae2026", "quality": "full"},
        }
    )

    (job,) = plan_tree(asked)

    assert (job.settings.engine, job.settings.quality) == ("open", "draft")
