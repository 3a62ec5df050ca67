"""All of a project's state that scripts can see or that is drawn, as plain data to compare."""

import math
from collections.abc import Iterator
from typing import Any

from py_aep import TextDocument

from intarsia.projects.attributes import LAYER_ATTRIBUTES

_ITEM = ("name", "comment", "label", "width", "height", "pixel_aspect", "frame_rate", "duration")
_COMP = ("display_start_time", "work_area_start", "work_area_duration", "bg_color", "renderer")
_LAYER = (
    *(attribute.member for attribute in LAYER_ATTRIBUTES.values()),
    "null_layer", "label", "blending_mode", "quality", "auto_orient", "track_matte_type",
    "is_name_from_source",
)  # fmt: skip
_PROPERTY = (
    "name",
    "match_name",
    "enabled",
    "expression",
    "expression_enabled",
    "dimensions_separated",
)  # fmt: skip


def state_of(project: Any) -> dict[str, Any]:
    """Items by their order, with everything in them; items are named by their place in it."""
    places = {id(item): place for place, item in enumerate(project.items.values())}
    return {
        f"{place} {type(item).__name__}": _item(item, places)
        for place, item in enumerate(project.items.values())
    }


def differences(one: Any, other: Any, at: str = "") -> Iterator[str]:
    """Where two states are not the same, as `path: this, not that`."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(key for key in other if key not in one)]:
            yield from differences(one.get(key, _MISSING), other.get(key, _MISSING), f"{at}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{at}/{place}")
    elif isinstance(one, float) and isinstance(other, float):
        if not math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9):
            yield f"{at}: {one}, not {other}"
    elif one != other or type(one) is not type(other):
        yield f"{at}: {one!r}, not {other!r}"


_MISSING = "nothing"


def _item(item: Any, places: dict[int, int]) -> dict[str, Any]:
    kind = type(item).__name__
    told = {name: _plain(getattr(item, name, None)) for name in _ITEM}
    told["folder"] = places.get(id(item.parent_folder))
    if kind == "CompItem":
        told |= {name: _plain(getattr(item, name)) for name in _COMP}
        told["layers"] = [_layer(layer, places) for layer in item.layers]
    elif kind == "FootageItem":
        source = item.main_source
        told["source"] = type(source).__name__
        told["color"] = _plain(getattr(source, "color", None))
        told["file"] = str(getattr(source, "file", None))
    return told


def _layer(layer: Any, places: dict[int, int]) -> dict[str, Any]:
    kind = type(layer).__name__
    told: dict[str, Any] = {"kind": kind, "id": layer.id}
    told |= {name: _plain(_read(layer, name)) for name in _LAYER}
    # The layer's attributes are one thing, what it inherits as a group of properties another.
    told["source"] = places.get(id(_read(layer, "source")))
    parent, matte = layer.parent, _read(layer, "track_matte_layer")
    told["parent"] = None if parent is None else parent.id
    told["matte"] = getattr(matte, "id", None)
    told["properties"] = _children(layer)
    return told


def _children(group: Any) -> dict[str, Any]:
    return {
        f"{place} {child.match_name}": _property(child)
        for place, child in enumerate(group.properties)
    }


def _property(item: Any) -> dict[str, Any]:
    told = {name: _plain(getattr(item, name, None)) for name in _PROPERTY}
    if hasattr(item, "properties"):
        told["in it"] = _children(item)
        return told
    told["value"] = _plain(item.value)
    told["keys"] = [[key.time, _plain(key.value)] for key in item.keyframes]
    return told


def _read(thing: Any, name: str) -> Any:
    """An attribute that only some layers have."""
    return getattr(thing, name) if hasattr(type(thing), name) else None


def _plain(value: Any) -> Any:
    if isinstance(value, TextDocument):
        # The whole of it: paragraphs, runs of characters with their looks, fonts by number.
        fonts = [font.post_script_name for font in value._fonts]
        return {"text": value.text, "fonts": fonts, "document": _plain(value._doc)}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return float(value)
    return type(value).__name__
