"""The planner: turns a request of any depth into a tree of jobs, children before parents."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from intarsia.domain.assets import ManifestAsset, NestedJobAsset, RequestAsset, SlotAsset
from intarsia.domain.errors import Problem, RequestError
from intarsia.domain.ids import new_id
from intarsia.domain.requests import JobRequest
from intarsia.domain.settings import PREVIEW, RenderSettings
from intarsia.domain.states import Status


@dataclass(frozen=True)
class Limits:
    """How large a tree may be. Root alone is depth 1."""

    depth: int = 10
    children: int = 100
    jobs: int = 300
    assets: int = 2000  # of one job


@dataclass(frozen=True)
class PlannedJob:
    """One job of a tree, before anything is stored."""

    id: str
    parent_id: str | None
    root_id: str
    slot: str | None
    """Name of the parent's layer that this job's output is set into; None for the root."""
    field: str
    """Where the job stands in the request: empty for the root, else such as `assets[0]`."""
    template_id: str
    composition: str | None
    assets: tuple[ManifestAsset, ...]
    asset_fields: tuple[str, ...]
    """For each asset, its path in the request."""
    settings: RenderSettings
    children: tuple[str, ...]
    """Ids of the children, in the order of their assets."""

    @property
    def status(self) -> Status:
        """Where the job starts."""
        return Status.PENDING if self.children else Status.QUEUED


@dataclass(frozen=True)
class _Node:
    """A job request of either kind, as the planner sees it."""

    field: str
    depth: int
    slot: str | None
    template_id: str
    composition: str | None
    assets: Sequence[RequestAsset]
    settings: RenderSettings


def plan_tree(
    request: JobRequest,
    *,
    limits: Limits | None = None,
    make_id: Callable[[], str] = new_id,
) -> list[PlannedJob]:
    """The jobs of a request, every child before its parent, the root last.

    Raises RequestError naming the asset at which a limit is passed; nothing is planned then.
    """
    bounds = limits or Limits()
    root = _Node(
        "",
        1,
        None,
        request.template.id,
        request.template.composition,
        request.assets,
        PREVIEW if request.preview else request.settings or RenderSettings(),
    )
    _check(root, bounds)
    root_id = make_id()
    return list(_plan(root, root_id, None, root_id, make_id))


def _nested(node: _Node) -> Iterator[tuple[NestedJobAsset, _Node]]:
    for index, asset in enumerate(node.assets):
        if isinstance(asset, NestedJobAsset):
            yield (
                asset,
                _Node(
                    _join(node.field, f"assets[{index}]"),
                    node.depth + 1,
                    asset.layer_name,
                    asset.template.id,
                    asset.template.composition,
                    asset.assets,
                    PREVIEW if asset.preview else asset.settings or RenderSettings(),
                ),
            )


def _check(root: _Node, limits: Limits) -> None:
    total = 0
    waiting = [root]
    while waiting:
        node = waiting.pop()
        total += 1
        children = [child for _, child in _nested(node)]
        for passed, message in (
            (node.depth > limits.depth, f"jobs may nest {limits.depth} levels deep at most"),
            (len(children) > limits.children, f"at most {limits.children} nested jobs in one job"),
            (len(node.assets) > limits.assets, f"at most {limits.assets} assets in one job"),
            (total > limits.jobs, f"at most {limits.jobs} jobs in one tree"),
        ):
            if passed:
                raise RequestError([Problem(_join(node.field, "assets"), message)])
        waiting.extend(children)


def _plan(
    node: _Node, job_id: str, parent_id: str | None, root_id: str, make_id: Callable[[], str]
) -> Iterator[PlannedJob]:
    nested = {child.field: (make_id(), child) for _, child in _nested(node)}
    for child_id, child in nested.values():
        yield from _plan(child, child_id, job_id, root_id, make_id)
    fields = tuple(_join(node.field, f"assets[{index}]") for index in range(len(node.assets)))
    yield PlannedJob(
        id=job_id,
        parent_id=parent_id,
        root_id=root_id,
        slot=node.slot,
        field=node.field,
        template_id=node.template_id,
        composition=node.composition,
        assets=tuple(
            _slot(asset, *nested[field]) if isinstance(asset, NestedJobAsset) else asset
            for asset, field in zip(node.assets, fields, strict=True)
        ),
        asset_fields=fields,
        settings=node.settings,
        children=tuple(child_id for child_id, _ in nested.values()),
    )


def _slot(asset: NestedJobAsset, child_id: str, child: _Node) -> SlotAsset:
    return SlotAsset(
        type="slot",
        layer_name=asset.layer_name,
        composition=asset.composition,
        child_id=child_id,
        media=child.settings.type,
    )


def _join(field: str, part: str) -> str:
    return f"{field}.{part}" if field else part
