"""Property trees of layers, stored as nodes. Layers with equal properties share their nodes."""

from typing import Any

from py_aep import Property, PropertyValueType

from intarsia.projects.facts import NodeId, PropertyKind, PropertyNode

_VECTORS = {
    PropertyValueType.TwoD,
    PropertyValueType.TwoD_SPATIAL,
    PropertyValueType.ThreeD,
    PropertyValueType.ThreeD_SPATIAL,
}
_ANIMATOR_POOL = "ADBE Text Animator Properties"
_MEDIA = "ADBE Layer Source Alternate"
"""Match name of the property that holds the media of an Essential Graphics field.

Its value is a project item, although py-aep gives it the type of a number.
"""


class NodeTable:
    """A table of property nodes that stores every distinct node once.

    A node's children have the order of py-aep's `group.properties`. A path of indexes through the
    nodes therefore leads to the same property in py-aep's objects.
    """

    def __init__(self) -> None:
        self._ids: dict[PropertyNode, NodeId] = {}

    @property
    def nodes(self) -> tuple[PropertyNode, ...]:
        """All nodes added so far; a NodeId is an index into this tuple."""
        return tuple(self._ids)

    def add_children(self, group: Any, *, hidden: bool = False) -> tuple[NodeId, ...]:
        """Add the property tree below a py-aep layer or group; return the ids of its first level.

        If `hidden` is True, all nodes of the tree are marked as hidden.
        """
        return tuple(self._add(child, group, hidden=hidden) for child in group.properties)

    def _add(self, item: Any, parent: Any, *, hidden: bool) -> NodeId:
        if isinstance(item, Property):
            node = _leaf(item, parent, hidden=hidden)
        else:
            below = hidden or _is_unused_style(item)
            node = PropertyNode(
                name=item.name,
                match_name=item.match_name,
                kind="group",
                hidden=below,
                children=self.add_children(item, hidden=below),
            )
        return self._ids.setdefault(node, len(self._ids))


def _is_unused_style(group: Any) -> bool:
    """Return whether a group is a layer style that is not applied to its layer.

    The check is necessary because a project file has all ten layer styles on every layer.
    """
    return group.match_name.endswith("/enabled") and not group.enabled


def _leaf(item: Any, parent: Any, *, hidden: bool) -> PropertyNode:
    kind = _kind(item)
    bounded = kind in {"number", "vector"}
    takes_expression = item.can_set_expression
    return PropertyNode(
        name=item.name,
        match_name=item.match_name,
        kind=kind,
        dimensions=item.dimensions if kind == "vector" else 1,
        minimum=_bound(item.min_value) if bounded else None,
        # After Effects writes 0 as the maximum of a property without one.
        maximum=(_bound(item.max_value) or None) if bounded else None,
        hidden=hidden or _is_hidden(item, parent, takes_expression=takes_expression),
        keyframed=bool(item.keyframes),
        has_expression=item.expression_enabled,
        takes_expression=takes_expression,
        separated=item.is_separation_leader and item.dimensions_separated,
    )


def _is_hidden(item: Any, parent: Any, *, takes_expression: bool) -> bool:
    if item.is_separation_follower:
        leader = item.separation_leader
        return leader is None or not leader.dimensions_separated
    return parent.match_name == _ANIMATOR_POOL and not takes_expression


def _kind(item: Any) -> PropertyKind:
    value_type = item.property_value_type
    if item.match_name == _MEDIA:
        return "other"
    if value_type == PropertyValueType.TEXT_DOCUMENT:
        return "text"
    if value_type == PropertyValueType.COLOR:
        return "color"
    if value_type in _VECTORS:
        return "vector"
    # LAYER_INDEX is not a number here: py-aep writes the index, but After Effects uses the layer id
    # beside it.
    numbers = {
        PropertyValueType.OneD,
        PropertyValueType.MASK_INDEX,
        PropertyValueType.VARIABLE_FONT_AXIS,
    }
    return "number" if value_type in numbers else "other"


def _bound(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
