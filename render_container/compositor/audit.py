"""Audit of a composition before a render: warnings about features that cannot be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from py_aep import (
    AutoOrientType,
    CameraLayer,
    CompItem,
    FieldSeparationType,
    FileSource,
    FootageItem,
    LightLayer,
    LineOrientation,
    ShapeLayer,
    TextLayer,
)

from render_container.compositor import effects, fontnames, shapereading
from render_container.compositor.blending import layer_mode
from render_container.compositor.evaluate import draws, has_picture
from render_container.compositor.fonts import FontBook
from render_container.compositor.report import Report
from render_container.compositor.textstyle import fonts_used
from render_container.compositor.values import is_moving

_MOST_COMPS = 5000


def used_layers(comp: Any) -> Iterator[Any]:
    """Yield each layer that a render of `comp` uses, once, including those of nested compositions.

    `comp` is a py-aep CompItem. Layers used only as track mattes are included. The search for
    nested compositions ends when 5000 compositions have been found.
    """
    pending, seen = [comp], {comp.id}
    while pending and len(seen) < _MOST_COMPS:
        current = pending.pop(0)
        mattes = set()
        for layer in current.layers:
            if draws(layer) and getattr(layer, "has_track_matte", False):
                matte = layer.track_matte_layer
                mattes |= {matte.id} if matte is not None else set()
        for layer in current.layers:
            if not draws(layer) and layer.id not in mattes:
                continue
            yield layer
            source = getattr(layer, "source", None)
            if isinstance(source, CompItem) and source.id not in seen:
                seen.add(source.id)
                pending.append(source)


def warn(comp: Any, book: FontBook, report: Report) -> None:
    """Log a warning for each unsupported feature of each used layer, and each missing font.

    Args:
        comp: the composition to render, a py-aep CompItem.
        book: the available fonts.
        report: the log.
    """
    missing: set[str] = set()
    for layer in used_layers(comp):
        place = f"composition {layer.containing_comp.name!r}, layer {layer.name!r}"
        for feature in _features(layer):
            report.warning(f"{place}: {feature}.")
        if isinstance(layer, TextLayer):
            missing |= {name for name in _fonts(layer) if not book.find(name)}
    if missing:
        report.warning("Project has missing fonts.")
    for name in sorted(missing):
        family, style = fontnames.family_and_style(name)
        report.warning(
            "Grouped_Message_{some layers have missing dependencies. Press Ctrl-C to copy this "
            "list.|||a layer has missing dependencies.###@0 dependencies are missing:}"
            f"Text Layer: Font family: {family}, Font style: {style}"
        )


def _fonts(layer: Any) -> set[str]:
    document = layer.text["ADBE Text Document"]
    keys = document.keyframes
    documents = [key.value for key in keys] if keys else [document.value]
    return set().union(*(fonts_used(each) for each in documents))


def _features(layer: Any) -> Iterator[str]:
    """Yield a phrase, such as "motion blur is not supported", for each feature not drawn."""
    if isinstance(layer, CameraLayer | LightLayer):
        if any(_is_3d(other) for other in layer.containing_comp.layers):
            yield from _rig(layer)
        return
    yield from _expressions(layer)
    if getattr(layer, "null_layer", False):
        return
    yield from _effects(layer)
    if layer.adjustment_layer or not has_picture(layer):
        return
    yield from _switches(layer)
    yield from _styles(layer)
    if isinstance(layer, TextLayer):
        yield from _text(layer)
    elif isinstance(layer, ShapeLayer):
        yield from _shapes(layer)


def _is_3d(layer: Any) -> bool:
    return draws(layer) and bool(getattr(layer, "three_d_layer", False))


def _rig(layer: Any) -> Iterator[str]:
    """Yield a phrase for each feature of a camera or light that has no effect on the picture."""
    yield from _expressions(layer)
    if isinstance(layer, LightLayer):
        yield "lights and shadows are not supported"
    elif layer["ADBE Camera Options Group"]["ADBE Camera Depth of Field"].value:
        yield "depth of field is not supported"


def _expressions(layer: Any) -> Iterator[str]:
    names = sorted(
        {prop.name for prop in _leaves(layer) if prop.expression and prop.expression_enabled}
    )
    if names:
        yield f"expressions are not evaluated (on {', '.join(names)}), keyframed values are used"


def _leaves(group: Any) -> Iterator[Any]:
    for item in group.properties:
        if hasattr(item, "properties"):
            yield from _leaves(item)
        elif hasattr(item, "expression"):
            yield item


def _effects(layer: Any) -> Iterator[str]:
    group = layer.effects
    if group is None or not layer.effects_active:
        return
    active = [effect for effect in group.properties if effect.enabled]
    names = {effect.name for effect in active if not effects.is_drawn(effect.match_name)}
    if layer.adjustment_layer:
        names |= {effect.name for effect in active if effects.changes_pixels(effect.match_name)}
    for name in sorted(names):
        where = "on an adjustment layer " if layer.adjustment_layer else ""
        yield f"the effect {name!r} {where}is not supported"


def _switches(layer: Any) -> Iterator[str]:
    moving = any(is_moving(prop) for prop in _leaves(layer.transform))
    collapsed = layer.collapse_transformation and isinstance(layer.source, CompItem)
    if collapsed and any(_is_3d(other) for other in layer.source.layers):
        yield "3-D layers of a collapsed composition are seen through its own camera"
    if layer.motion_blur and moving:
        yield "motion blur is not supported"
    if layer.frame_blending and layer.source is not None:
        yield "frame blending is not supported"
    if layer_mode(layer.blending_mode) is None:
        mode = layer.blending_mode.name.replace("_", " ").title()
        yield f"the blending mode {mode} is not supported, Normal is used"
    if layer.auto_orient == AutoOrientType.CHARACTERS_TOWARD_CAMERA or (
        layer.auto_orient == AutoOrientType.CAMERA_OR_POINT_OF_INTEREST and layer.parent is not None
    ):
        yield "its auto-orientation towards the camera is not supported"
    if _has_fields(layer.source):
        yield "fields of interlaced footage are not separated"


def _has_fields(source: Any) -> bool:
    if not isinstance(source, FootageItem) or not isinstance(source.main_source, FileSource):
        return False
    return bool(source.main_source.field_separation_type != FieldSeparationType.OFF)


def _styles(layer: Any) -> Iterator[str]:
    styles = next((group for group in layer.properties if group.match_name == _STYLES), None)
    names = [
        style.name
        for style in (styles.properties if styles is not None else ())
        if style.match_name.endswith("/enabled") and style.enabled
    ]
    if names:
        yield f"layer styles are not supported ({', '.join(sorted(names))})"


_STYLES = "ADBE Layer Styles"


def _text(layer: Any) -> Iterator[str]:
    text = layer.text
    if text["ADBE Text Animators"].properties:
        yield "text animators are not supported"
    if text["ADBE Text Path Options"]["ADBE Text Path"].value:
        yield "text on a path is not supported"
    document = text["ADBE Text Document"].value
    if document.line_orientation != LineOrientation.HORIZONTAL:
        yield "vertical text is not supported, it is set horizontally"


def _shapes(layer: Any) -> Iterator[str]:
    names: set[str] = set()
    _walk_shapes(layer["ADBE Root Vectors Group"], names)
    for name in sorted(names):
        yield f"{name} in a shape layer is not supported"


def _walk_shapes(group: Any, names: set[str]) -> None:
    for item in group.properties:
        if not item.enabled:
            continue
        if item.match_name not in shapereading.DRAWN:
            names.add(item.match_name.rpartition(" - ")[2])
        names.update(_shape_features(item))
        if item.match_name == "ADBE Vector Group":
            _walk_shapes(item["ADBE Vectors Group"], names)


def _shape_features(item: Any) -> Iterator[str]:
    present = {prop.match_name: prop for prop in item.properties}
    blend = present.get("ADBE Vector Blend Mode")
    if blend is not None and blend.value != 1:
        yield "a blend mode"
    for group, name in (("Taper", "a tapered stroke"), ("Wave", "a wavy stroke")):
        stroke = present.get(f"ADBE Vector Stroke {group}")
        if stroke is not None and stroke.is_modified:
            yield name
