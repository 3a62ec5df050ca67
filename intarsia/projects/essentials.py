"""Facts of the Essential Graphics panels of a project: their fields, and the controlled properties.

When a composition is rendered, setting a field of its panel has the same effect as setting the
property that the field controls.

In the project file, a panel is the chunk LIST:CIF3 of its composition; CIF2 and CIFO are older
copies. Each field is a LIST:CCtl in it. LIST:StVc in a field holds the ids of a group's fields, or
the texts of a dropdown's menu. Smin and Smax are the range of a slider.
"""

from collections.abc import Iterator
from typing import Any

from py_aep.resolvers.essential_properties import (
    _resolve_controller_source_layer,
    _walk_source_property,
)

from intarsia.projects.facts import EssentialFacts, EssentialKind

_KINDS: dict[int, EssentialKind] = {
    1: "checkbox",
    2: "slider",
    3: "angle",
    4: "color",
    5: "point",
    6: "text",
    8: "comment",
    9: "vector",
    10: "group",
    13: "dropdown",
    14: "media",
}


def gather_essentials(project: Any, warnings: list[str]) -> Iterator[EssentialFacts]:
    """Yield every field of every Essential Graphics panel in a py-aep project, in panel order.

    If a panel cannot be read, it is skipped, and a message is appended to `warnings`.
    """
    for comp in project.compositions:
        try:
            yield from list(_panel(project, comp))
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # noqa: BLE001 - py-aep raises any exception for unusual data
            warnings.append(
                f'the Essential Graphics of composition "{comp.name}" cannot be read'
                f" ({type(error).__name__})"
            )


def _panel(project: Any, comp: Any) -> Iterator[EssentialFacts]:
    controllers = comp.motion_graphics_controllers
    lists = dict(zip(controllers, _control_lists(comp), strict=False)) if controllers else {}
    groups = _groups(lists)
    for controller in controllers:
        yield _field(project, comp, controller, lists.get(controller), groups)


def _control_lists(comp: Any) -> list[Any]:
    """Return a composition's CCtl chunks, in the order of its `motion_graphics_controllers`.

    They come from the newest copy of the panel, as py-aep's controllers do.
    """
    containers = {item.list_type: item for item in comp._cif_containers()}  # noqa: SLF001
    for kind in ("CIF3", "CIF2", "CIFO"):
        if kind in containers:
            return [item for item in containers[kind].chunks if _is_list(item, "CCtl")]
    return []


def _groups(lists: dict[Any, Any]) -> dict[str, Any]:
    """Return, for the id of each field that is in a group, the controller of that group.

    `lists` has the CCtl chunk of each controller.
    """
    return {
        inner: controller
        for controller, chunks in lists.items()
        if _kind(controller) == "group"
        for inner in _texts(chunks)
    }


def _field(
    project: Any, comp: Any, controller: Any, chunks: Any, groups: dict[str, Any]
) -> EssentialFacts:
    kind = _kind(controller)
    layer = _resolve_controller_source_layer(project, controller)
    # A media field controls the layer's source, which is not a property.
    item = None
    if layer is not None and kind != "media" and controller.source_property_path:
        item = _walk_source_property(layer, controller.source_property_path)
    positions = None if item is None else _positions(layer, item)
    return EssentialFacts(
        composition_id=comp.id,
        name=controller.name,
        groups=_outer_names(controller, groups),
        kind=kind,
        source_composition_id=None if layer is None else layer.containing_comp.id,
        layer_id=None if layer is None else layer.id,
        positions=positions or (),
        choices=tuple(_texts(chunks)) if kind == "dropdown" else (),
        minimum=_number(chunks, "Smin"),
        maximum=_number(chunks, "Smax"),
        default=_plain(getattr(item, "value", None), kind) if positions else None,
    )


def _kind(controller: Any) -> EssentialKind:
    return _KINDS.get(controller.controller_type, "other")


def _outer_names(controller: Any, groups: dict[str, Any]) -> tuple[str, ...]:
    names: list[str] = []
    seen = {controller.uuid}
    outer = groups.get(controller.uuid)
    # In a damaged file, two groups may contain each other.
    while outer is not None and outer.uuid not in seen:
        names.insert(0, outer.name)
        seen.add(outer.uuid)
        outer = groups.get(outer.uuid)
    return tuple(names)


def _positions(layer: Any, item: Any) -> tuple[int, ...] | None:
    """Return the index of the property `item` at each level of its layer's property groups.

    `ProjectFacts.nodes` and injection find the property by these indexes. Returns None if the
    property is not in the layer.
    """
    way: list[int] = []
    at = item
    while at is not layer:
        parent = at.parent_property
        if parent is None:
            return None
        place = next((i for i, child in enumerate(parent.properties) if child is at), None)
        if place is None:
            return None
        way.insert(0, place)
        at = parent
    return tuple(way)


def _plain(value: Any, kind: EssentialKind) -> Any:
    if kind == "text":
        return getattr(value, "text", None)
    if kind == "checkbox":
        return None if value is None else bool(value)
    if isinstance(value, list | tuple):
        return tuple(float(part) for part in value)
    return float(value) if isinstance(value, int | float) else None


def _texts(chunks: Any) -> list[str]:
    """Return the texts of an Essential Graphics field, such as its name and its menu's entries.

    `chunks` is the field's chunk list of type CCtl, or None. The texts are in its list of type
    StVc; without one, the result is empty.
    """
    for item in [] if chunks is None else chunks.chunks:
        if _is_list(item, "StVc"):
            return [text.value for text in item.chunks if text.chunk_type == "Utf8"]
    return []


def _number(chunks: Any, name: str) -> float | None:
    for item in [] if chunks is None else chunks.chunks:
        if item.chunk_type == name:
            return float(item.value)
    return None


def _is_list(item: Any, kind: str) -> bool:
    return bool(item.chunk_type == "LIST" and getattr(item, "list_type", "") == kind)
