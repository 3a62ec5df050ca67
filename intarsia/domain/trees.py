"""Planning of a request, nested to any depth, as a tree of jobs: children before parents."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from intarsia.domain.errors import Problem, RequestError
from intarsia.domain.functions import FunctionAsset
from intarsia.domain.ids import new_id
from intarsia.domain.nested import (
    Clip,
    JobClip,
    JoinAsset,
    JoinClip,
    ManifestAsset,
    NestedJobAsset,
    NestedJoinAsset,
    Render,
    RequestAsset,
    SlotAsset,
    UrlClip,
)
from intarsia.domain.requests import JobRequest, JoinRequest
from intarsia.domain.settings import PREVIEW, RenderSettings
from intarsia.domain.states import Status


@dataclass(frozen=True)
class Limits:
    """Limits on a tree: its depth, children per job, jobs in all, and assets per job.

    A root without children has depth 1.
    """

    depth: int = 10
    children: int = 100
    jobs: int = 300
    assets: int = 2000  # of one job


@dataclass(frozen=True)
class RenderWork:
    """Work of a planned job that renders a composition."""

    template_id: str
    template_src: str | None
    composition: str | None
    assets: tuple[ManifestAsset, ...]
    asset_fields: tuple[str, ...]
    """Path in the request of each of `assets`, in the same order.

    A template function for several layers becomes several assets, which have the same path.
    """
    fonts: tuple[str, ...]
    settings: RenderSettings

    @property
    def media(self) -> Literal["video", "image", "aep"]:
        """The output type, from `settings`."""
        return self.settings.type


@dataclass(frozen=True)
class JoinWork:
    """Work of a planned job that puts clips end to end."""

    clips: tuple[Clip, ...]


@dataclass(frozen=True)
class PlannedJob:
    """One job of a planned tree, before anything is stored."""

    id: str
    parent_id: str | None
    root_id: str
    slot: str | None
    """Name of the parent's layer that receives this job's output.

    None for the root and for the clips of a join.
    """
    field: str
    """Path of the job in the request: empty for the root, else such as `assets[0]`."""
    work: RenderWork | JoinWork
    children: tuple[str, ...]
    """Ids of the children, in the order of their assets."""

    @property
    def status(self) -> Status:
        """The initial status: pending if the job has children, else queued."""
        return Status.PENDING if self.children else Status.QUEUED


Item = RequestAsset | JoinAsset


@dataclass(frozen=True)
class _Node:
    """A render or join at any depth of the request, in one form for both."""

    field: str
    depth: int
    slot: str | None
    items: Sequence[Item]
    """The assets of a render, or the clips of a join."""
    render: Render | JobRequest | None
    """The requested render, with its template, fonts and settings; None for a join."""


def plan_tree(
    request: JobRequest | JoinRequest,
    *,
    limits: Limits | None = None,
    make_id: Callable[[], str] = new_id,
) -> list[PlannedJob]:
    """Return the jobs of a request, every child before its parent, the root last.

    `limits` defaults to `Limits()`; `make_id` returns a new job id. Raises RequestError if the tree
    exceeds a limit. The error names the field `assets` that exceeds it.
    """
    render = request if isinstance(request, JobRequest) else None
    root = _Node("", 1, None, request.assets, render)
    _check(root, limits or Limits())
    root_id = make_id()
    return list(_plan(root, root_id, None, root_id, make_id))


def _children(node: _Node) -> Iterator[_Node]:
    for index, item in enumerate(node.items):
        if isinstance(item, (NestedJobAsset, NestedJoinAsset, JobClip, JoinClip)):
            yield _Node(
                _at(node.field, f"assets[{index}]"),
                node.depth + 1,
                item.layer_name if isinstance(item, (NestedJobAsset, NestedJoinAsset)) else None,
                item.assets,
                item if isinstance(item, Render) else None,
            )


def _check(root: _Node, limits: Limits) -> None:
    total = 0
    waiting = [root]
    while waiting:
        node = waiting.pop()
        total += 1
        children = list(_children(node))
        for passed, message in (
            (node.depth > limits.depth, f"jobs may nest {limits.depth} levels deep at most"),
            (len(children) > limits.children, f"at most {limits.children} nested jobs in one job"),
            (_size(node) > limits.assets, f"at most {limits.assets} assets in one job"),
            (total > limits.jobs, f"at most {limits.jobs} jobs in one tree"),
        ):
            if passed:
                raise RequestError([Problem(_at(node.field, "assets"), message)])
        waiting.extend(children)


def _size(node: _Node) -> int:
    return sum(
        len(item.expanded()) if isinstance(item, FunctionAsset) else 1 for item in node.items
    )


def _plan(
    node: _Node, job_id: str, parent_id: str | None, root_id: str, make_id: Callable[[], str]
) -> Iterator[PlannedJob]:
    ids = {child.field: make_id() for child in _children(node)}
    for child in _children(node):
        yield from _plan(child, ids[child.field], job_id, root_id, make_id)
    yield PlannedJob(
        id=job_id,
        parent_id=parent_id,
        root_id=root_id,
        slot=node.slot,
        field=node.field,
        work=_join_work(node, ids) if node.render is None else _render_work(node, node.render, ids),
        children=tuple(ids.values()),
    )


def _render_work(node: _Node, render: Render | JobRequest, ids: dict[str, str]) -> RenderWork:
    assets: list[ManifestAsset] = []
    fields: list[str] = []
    for index, item in enumerate(node.items):
        field = _at(node.field, f"assets[{index}]")
        if isinstance(item, (NestedJobAsset, NestedJoinAsset)):
            assets.append(_slot(item, ids[field]))
            fields.append(field)
            continue
        assert not isinstance(item, (UrlClip, JobClip, JoinClip))
        for part in item.expanded() if isinstance(item, FunctionAsset) else [item]:
            assets.append(part)
            fields.append(field)
    template = render.template
    return RenderWork(
        template_id=template.id,
        template_src=render.template.src if isinstance(render, JobRequest) else None,
        composition=template.composition,
        assets=tuple(assets),
        asset_fields=tuple(fields),
        fonts=tuple(render.fonts),
        settings=PREVIEW if render.preview else render.settings or RenderSettings(),
    )


def _join_work(node: _Node, ids: dict[str, str]) -> JoinWork:
    clips = []
    for index, item in enumerate(node.items):
        field = _at(node.field, f"assets[{index}]")
        src = item.src if isinstance(item, UrlClip) else None
        clips.append(Clip(field=field, src=src, child_id=ids.get(field)))
    return JoinWork(tuple(clips))


def _slot(asset: NestedJobAsset | NestedJoinAsset, child_id: str) -> SlotAsset:
    settings = asset.settings if isinstance(asset, NestedJobAsset) and not asset.preview else None
    return SlotAsset(
        type="slot",
        layer_name=asset.layer_name,
        composition=asset.composition,
        child_id=child_id,
        media="image" if settings and settings.type == "image" else "video",
    )


def _at(field: str, part: str) -> str:
    return f"{field}.{part}" if field else part
