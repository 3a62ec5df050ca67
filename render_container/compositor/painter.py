"""The painter, which draws compositions from plain data (`model`) with skia on the CPU.

A picture depends only on its data. A nested composition's picture is therefore cached, and used
again for equal data.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import skia

from render_container.compositor import blending
from render_container.compositor.drawing import record_shapes, record_text, solid_paint
from render_container.compositor.filters import effect_filter
from render_container.compositor.masks import apply_masks
from render_container.compositor.model import (
    Colour,
    CompFrame,
    LayerState,
    Matte,
    Nested,
    Picture,
    ShapeGroup,
    Solid,
    Text,
)
from render_container.compositor.pixels import Pixels

_CACHE_BYTES = 256 * 1024 * 1024
_CACHED_RECORDINGS = 512
_SHRINKING = 0.9  # below this scale, pictures are drawn from mipmaps to avoid aliasing


class Painter:
    """A drawer of composition frames.

    It caches pictures of nested compositions, and skia's recordings of text and shape layers.

    Args:
        draft: True to draw faster, without antialiasing and with nearest-pixel sampling.
    """

    def __init__(self, *, draft: bool = False) -> None:
        self._draft = draft
        self._images: OrderedDict[CompFrame, skia.Image] = OrderedDict()
        self._image_bytes = 0
        self._recordings: OrderedDict[object, skia.Picture] = OrderedDict()

    def paint(self, frame: CompFrame, background: Colour | None) -> Pixels:
        """Draw a frame and return its pixels: height x width x (B, G, R, A), premultiplied.

        `background` is the colour under all layers; None leaves it transparent.
        """
        pixels = np.zeros((frame.height, frame.width, 4), dtype=np.uint8)
        info = skia.ImageInfo.Make(
            frame.width, frame.height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType
        )
        surface = skia.Surface.MakeRasterDirect(info, pixels, pixels.strides[0])
        canvas = surface.getCanvas()
        if background is None:
            self._layers(canvas, frame)
        elif _erases(frame):  # stencils cut the layers below, never the background
            canvas.clear(skia.Color4f(*background, 1.0))
            canvas.saveLayer()
            self._layers(canvas, frame)
            canvas.restore()
        else:
            canvas.clear(skia.Color4f(*background, 1.0))
            self._layers(canvas, frame)
        return pixels

    def _layers(self, canvas: skia.Canvas, frame: CompFrame) -> None:
        for layer in frame.layers:
            self._layer(canvas, layer)

    def _layer(self, canvas: skia.Canvas, layer: LayerState) -> None:
        paint = self._paint(layer)
        simple = not (layer.masks or layer.effects or layer.matte)
        if layer.blend in blending.LUMA:
            paint.setColorFilter(skia.LumaColorFilter.Make())
            simple = False
        canvas.save()
        base = canvas.getTotalMatrix()
        canvas.concat(skia.Matrix.MakeAll(*layer.matrix))
        if simple and layer.blend not in blending.WHOLE_COMP:
            self._content(canvas, layer, paint)
        else:
            canvas.saveLayer(None, paint)
            self._effects(canvas, layer)
            if layer.matte is not None:
                canvas.setMatrix(base)
                self._matte(canvas, layer.matte)
            canvas.restore()
        canvas.restore()

    def _paint(self, layer: LayerState) -> skia.Paint:
        paint = skia.Paint(AntiAlias=not self._draft, Alphaf=min(layer.opacity, 1.0))
        if layer.keeps_transparency and layer.blend == "normal":
            paint.setBlendMode(skia.BlendMode.kSrcATop)
        else:
            paint.setBlendMode(blending.skia_mode(layer.blend))
        return paint

    def _effects(self, canvas: skia.Canvas, layer: LayerState) -> None:
        """Draw a layer's content, cut by the layer's masks and then changed by its effects."""
        filters = [effect_filter(effect) for effect in layer.effects]
        for image_filter in reversed(filters):
            canvas.saveLayer(None, skia.Paint(ImageFilter=image_filter))
        if layer.masks:
            canvas.saveLayer()
        self._content(canvas, layer, skia.Paint(AntiAlias=not self._draft))
        if layer.masks:
            apply_masks(canvas, layer.masks)
            canvas.restore()
        for _ in filters:
            canvas.restore()

    def _matte(self, canvas: skia.Canvas, matte: Matte) -> None:
        mode = skia.BlendMode.kDstOut if matte.inverted else skia.BlendMode.kDstIn
        paint = skia.Paint(BlendMode=mode)
        if matte.luma:
            paint.setColorFilter(skia.LumaColorFilter.Make())
        canvas.saveLayer(None, paint)
        if matte.layer is not None:
            self._layer(canvas, matte.layer)
        canvas.restore()

    def _content(self, canvas: skia.Canvas, layer: LayerState, paint: skia.Paint) -> None:
        content = layer.content
        if isinstance(content, Solid):
            solid = solid_paint(content.colour, paint.getAlphaf())
            solid.setAntiAlias(not self._draft)
            solid.setBlendMode(paint.getBlendMode())
            canvas.drawRect(skia.Rect.MakeWH(content.width, content.height), solid)
        elif isinstance(content, Picture):
            image = content.media.image(content.frame)
            self._image(canvas, image, layer, paint)
        elif isinstance(content, Nested):
            self._nested(canvas, content, layer, paint)
        elif isinstance(content, Text):
            layout = content.layout
            recording = self._recording(layout, lambda: record_text(layout))
            _play(canvas, recording, paint)
        else:
            _play(canvas, self._shapes(content), paint)

    def _shapes(self, group: ShapeGroup) -> skia.Picture:
        return self._recording(group, lambda: record_shapes(group))

    def _recording(self, key: object, record: Callable[[], skia.Picture]) -> skia.Picture:
        if key not in self._recordings:
            self._recordings[key] = record()
            while len(self._recordings) > _CACHED_RECORDINGS:
                self._recordings.popitem(last=False)
        return self._recordings[key]

    def _nested(
        self, canvas: skia.Canvas, content: Nested, layer: LayerState, paint: skia.Paint
    ) -> None:
        if not content.collapsed:
            self._image(canvas, self._comp_image(content.frame), layer, paint)
            return
        grouped = paint.getAlphaf() < 1 or not paint.isSrcOver()
        if grouped:
            canvas.saveLayer(None, paint)
        self._layers(canvas, content.frame)
        if grouped:
            canvas.restore()

    def _comp_image(self, frame: CompFrame) -> skia.Image:
        image = self._images.pop(frame, None)
        if image is None:
            surface = skia.Surface.MakeRasterN32Premul(frame.width, frame.height)
            self._layers(surface.getCanvas(), frame)
            image = surface.makeImageSnapshot()
            self._image_bytes += _bytes(frame)
        self._images[frame] = image
        while self._image_bytes > _CACHE_BYTES and len(self._images) > 1:
            dropped, _ = self._images.popitem(last=False)
            self._image_bytes -= _bytes(dropped)
        return image

    def _image(
        self, canvas: skia.Canvas, image: skia.Image, layer: LayerState, paint: skia.Paint
    ) -> None:
        canvas.drawImage(image, 0, 0, self._sampling(canvas.getTotalMatrix(), layer), paint)

    def _sampling(self, matrix: skia.Matrix, layer: LayerState) -> Any:
        if self._draft or (matrix.isTranslate() and _is_whole(matrix)):
            return skia.SamplingOptions(skia.FilterMode.kNearest)
        if min(abs(scale) for scale in _scales(matrix)) < _SHRINKING:
            return skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
        if layer.bicubic:
            return skia.SamplingOptions(skia.CubicResampler.CatmullRom())
        return skia.SamplingOptions(skia.FilterMode.kLinear)


def _play(canvas: skia.Canvas, recording: skia.Picture, paint: skia.Paint) -> None:
    """Draw a recording on a canvas with the opacity and blending mode of `paint`.

    The recording is drawn into a skia layer first, unless the paint is opaque and of normal mode.
    """
    if paint.isSrcOver() and paint.getAlphaf() >= 1:
        canvas.drawPicture(recording)
    else:
        canvas.saveLayer(recording.cullRect(), paint)
        canvas.drawPicture(recording)
        canvas.restore()


def _erases(frame: CompFrame) -> bool:
    return any(
        layer.blend in blending.WHOLE_COMP or layer.keeps_transparency for layer in frame.layers
    )


def _bytes(frame: CompFrame) -> int:
    return frame.width * frame.height * 4


def _is_whole(matrix: skia.Matrix) -> bool:
    x, y = matrix.getTranslateX(), matrix.getTranslateY()
    return bool(x == round(x) and y == round(y))


def _scales(matrix: skia.Matrix) -> tuple[float, float]:
    """Return the horizontal and vertical scale: a pixel's width and height under the matrix."""
    x = np.hypot(matrix.getScaleX(), matrix.getSkewY())
    y = np.hypot(matrix.getSkewX(), matrix.getScaleY())
    return float(x), float(y)
