"""Evaluation of a composition at one time: conversion of py-aep's objects to plain data (`model`).

It applies After Effects' rules about time and visibility: in and out points, solo, start time,
stretch, time remapping, footage frames, track mattes and nesting.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from py_aep import (
    CameraLayer,
    CompItem,
    FootageItem,
    LayerSamplingQuality,
    LightLayer,
    MaskMode,
    ShapeLayer,
    SolidSource,
    TextLayer,
    TrackMatteType,
)

from render_container.compositor import effects
from render_container.compositor.blending import layer_mode
from render_container.compositor.errors import CompositorError
from render_container.compositor.footage import FootageLibrary
from render_container.compositor.model import (
    CompFrame,
    Content,
    LayerState,
    Mask,
    Matrix,
    Matte,
    Nested,
    Picture,
    Solid,
    Text,
)
from render_container.compositor.shapereading import bezier, read_contents
from render_container.compositor.space import View
from render_container.compositor.textlayout import TextLayout, layout_text
from render_container.compositor.textshape import Shaper
from render_container.compositor.transforms import Transforms
from render_container.compositor.values import Values

_SLACK = 1e-4  # seconds: stored times are rounded to ticks of up to 1/24576 s
_DEEPEST = 100  # nesting levels; After Effects prevents cycles, but a forged file may have one

_MASK_MODES = {
    MaskMode.ADD: "add",
    MaskMode.SUBTRACT: "subtract",
    MaskMode.INTERSECT: "intersect",
    MaskMode.LIGHTEN: "lighten",
    MaskMode.DARKEN: "darken",
    MaskMode.DIFFERENCE: "difference",
}
_LUMA_MATTES = (TrackMatteType.LUMA, TrackMatteType.LUMA_INVERTED)
_INVERTED_MATTES = (TrackMatteType.ALPHA_INVERTED, TrackMatteType.LUMA_INVERTED)


def draws(layer: Any) -> bool:
    """Return whether a layer's video, solo and guide switches allow it to be drawn.

    A layer without solo is not drawn while another layer with a picture has solo.
    """
    if not layer.enabled or getattr(layer, "guide_layer", False):
        return False
    if layer.solo:
        return True
    return not any(other.solo and other.has_video for other in layer.containing_comp.layers)


def has_picture(layer: Any) -> bool:
    """Return whether a py-aep layer has a picture of its own.

    Cameras, lights, null layers, adjustment layers and layers with only sound have none.
    """
    if isinstance(layer, CameraLayer | LightLayer):
        return False
    if getattr(layer, "null_layer", False) or layer.adjustment_layer:
        return False
    if isinstance(layer, TextLayer | ShapeLayer):
        return True
    return layer.source is not None and layer.has_video


def source_time(layer: Any, time: float, values: Values) -> float:
    """Return the time in a layer's source that it shows at composition time `time`; in seconds.

    Applies the layer's start time, stretch and time remapping; `values` reads the remapping.
    """
    if layer.time_remap_enabled:
        return values.number(layer, "ADBE Time Remapping", time)
    factor = float(layer.stretch) / 100 or 1.0
    origin = float(layer.start_time)
    if factor < 0:  # After Effects 2026 moves a reversed layer's time 0 by this much
        origin += factor / 3000
    return (time - origin) / factor


_Placed = tuple[LayerState, float | None]


@dataclass
class _Moment:
    """A composition at a time (seconds), with the view of its camera on its 3-D layers.

    `depth` is the nesting depth, 0 for the composition to render.
    """

    comp: Any
    time: float
    depth: int

    @cached_property
    def view(self) -> View:
        return View(self.comp, self.time)


class Evaluator:
    """An evaluator of compositions at given times.

    Property values that do not change, and text layouts, are cached across frames.

    Args:
        footage: the library that opens the layers' footage.
        shaper: the text shaper, with the fonts.
    """

    def __init__(self, footage: FootageLibrary, shaper: Shaper) -> None:
        self._footage = footage
        self._shaper = shaper
        self._values = Values()
        self._transforms = Transforms(self._values)
        self._layouts: dict[int, tuple[Any, TextLayout]] = {}
        self._nested_frames: dict[tuple[int, float], CompFrame] = {}  # of one top-level frame

    def frame(self, comp: Any, time: float, depth: int = 0) -> CompFrame:
        """Return a composition as it is at `time`, with its visible layers.

        Args:
            comp: the composition, a py-aep CompItem.
            time: seconds after the composition's start.
            depth: the nesting depth; only recursive calls give more than 0.

        Raises:
            FootageError: if footage that is visible at `time` is damaged, or is missing and colour
                bars may not replace it.
            CompositorError: if compositions are nested more than 100 levels deep.
        """
        if depth > _DEEPEST:
            raise CompositorError(f"composition {comp.name!r} is nested in itself.")
        moment = _Moment(comp, time, depth)
        if depth == 0:
            self._nested_frames.clear()
        placed = [
            state
            for layer in reversed(comp.layers)
            if draws(layer) and has_picture(layer)
            if (state := self._state(layer, moment)) is not None
        ]
        layers = tuple(state for state, _ in _far_to_near(placed))
        return CompFrame(int(comp.width), int(comp.height), layers)

    def _state(self, layer: Any, moment: _Moment) -> _Placed | None:
        """Return a layer's state and, for a 3-D layer, its distance from the camera in pixels.

        The distance of a 2-D layer is None. Returns None if nothing of the layer is visible. The
        layer's video, solo and guide switches are ignored: a track matte is usually switched off.
        """
        time, depth = moment.time, moment.depth
        if not _is_inside(layer, time):
            return None
        opacity = self._transforms.opacity(layer, time)
        if opacity <= 0:
            return None
        plane = self._plane(layer, moment)
        if plane is None:
            return None
        content = self._content(layer, time, depth)
        if content is None:
            return None
        state = LayerState(
            content=content,
            matrix=plane[0],
            opacity=opacity,
            blend=layer_mode(layer.blending_mode) or "normal",
            masks=self._masks(layer, time),
            effects=effects.read_effects(layer, self._values, time),
            matte=self._matte(layer, moment),
            keeps_transparency=bool(layer.preserve_transparency),
            bicubic=layer.sampling_quality == LayerSamplingQuality.BICUBIC,
        )
        return state, plane[1]

    def _plane(self, layer: Any, moment: _Moment) -> tuple[Matrix, float | None] | None:
        """Return a layer's matrix and, for a 3-D layer, its distance from the camera in pixels.

        The distance of a 2-D layer is None. Returns None for a 3-D layer that is not in front of
        the camera.
        """
        if layer.three_d_layer:
            return moment.view.plane(layer)
        return self._transforms.world(layer, moment.time), None

    def _content(self, layer: Any, time: float, depth: int) -> Content | None:
        if isinstance(layer, TextLayer):
            return self._text(layer, time)
        if isinstance(layer, ShapeLayer):
            return read_contents(layer["ADBE Root Vectors Group"], self._values, time)
        source = layer.source
        if isinstance(source, CompItem):
            return self._nested(layer, source, time, depth)
        if isinstance(source, FootageItem):
            if isinstance(source.main_source, SolidSource):
                red, green, blue = (float(value) for value in source.main_source.color[:3])
                return Solid(int(source.width), int(source.height), (red, green, blue))
            return self._picture(layer, source, time)
        return None

    def _text(self, layer: Any, time: float) -> Text:
        document = self._values.at(layer.text, "ADBE Text Document", time)
        if id(document) not in self._layouts:
            layout = layout_text(document, self._shaper)
            self._layouts[id(document)] = (document, layout)  # kept alive: its id is not reused
        return Text(self._layouts[id(document)][1])

    def _nested(self, layer: Any, source: Any, time: float, depth: int) -> Nested | None:
        inner = source_time(layer, time, self._values)
        if source.preserve_nested_frame_rate:
            rate = float(source.frame_rate)
            inner = math.floor(inner * rate + 1e-3) / rate
        if not -_SLACK <= inner < float(source.duration) + _SLACK:
            return None
        key = (int(source.id), inner)
        if key not in self._nested_frames:
            self._nested_frames[key] = self.frame(source, inner, depth + 1)
        collapsed = bool(layer.collapse_transformation)
        return Nested(self._nested_frames[key], collapsed)

    def _picture(self, layer: Any, source: Any, time: float) -> Picture | None:
        media = self._footage.media(source)
        if media.rate <= 0:
            return Picture(media, 0)
        frame = math.floor(source_time(layer, time, self._values) * media.rate + 1e-2)
        if layer.time_remap_enabled:  # holds the first and last frame
            return Picture(media, min(max(frame, 0), media.frames - 1))
        return Picture(media, frame) if 0 <= frame < media.frames else None

    def _masks(self, layer: Any, time: float) -> tuple[Mask, ...]:
        group = layer.masks
        if group is None:
            return ()
        return tuple(
            Mask(
                path=bezier(self._values.at(mask, "ADBE Mask Shape", time)),
                mode=_MASK_MODES[mask.mask_mode],
                inverted=bool(mask.inverted),
                opacity=self._values.number(mask, "ADBE Mask Opacity", time) / 100,
                feather=self._values.point(mask, "ADBE Mask Feather", time),
                expansion=self._values.number(mask, "ADBE Mask Offset", time),
            )
            for mask in group.properties
            if mask.enabled and mask.mask_mode in _MASK_MODES
        )

    def _matte(self, layer: Any, moment: _Moment) -> Matte | None:
        if not layer.has_track_matte:
            return None
        matte = layer.track_matte_layer
        placed = None
        if matte is not None and matte is not layer and has_picture(matte):
            placed = self._state(matte, moment)
        state = None if placed is None else placed[0]
        kind = layer.track_matte_type
        return Matte(state, luma=kind in _LUMA_MATTES, inverted=kind in _INVERTED_MATTES)


def _far_to_near(placed: list[_Placed]) -> list[_Placed]:
    """Sort each run of adjacent 3-D layers far to near; other layers keep their positions.

    `placed` and the result are in the order of drawing, bottom to top.
    """
    result: list[_Placed] = []
    for is_3d, run in groupby(placed, lambda each: each[1] is not None):
        members = list(run)
        if is_3d:
            members.sort(key=lambda each: -(each[1] or 0.0))
        result += members
    return result


def _is_inside(layer: Any, time: float) -> bool:
    first, last = sorted((float(layer.in_point), float(layer.out_point)))
    return first - _SLACK <= time < last - _SLACK
