"""Conversion of py-aep's objects to ProjectFacts."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import py_aep

from intarsia.projects.essentials import gather_essentials
from intarsia.projects.facts import (
    CompositionFacts,
    EffectFacts,
    FontFacts,
    LayerFacts,
    LayerKind,
    MogrtFacts,
    ProjectFacts,
    SourceKind,
)
from intarsia.projects.footage import gather_footage
from intarsia.projects.nodes import NodeTable
from intarsia.projects.uploaded_files import UploadedFiles

CINEMA_4D = "ADBE Ernst"  # match name of the renderer


def gather(
    app: py_aep.Application,
    *,
    files: UploadedFiles | None = None,
    mogrt: MogrtFacts | None = None,
    in_detail: Callable[[LayerFacts], bool] = lambda _: True,
) -> ProjectFacts:
    """Return the facts of a project that py-aep has parsed.

    Exceptions that py-aep raises for a damaged project are not caught.

    Args:
        files: the files uploaded with the project; if None, no footage file counts as present.
        mogrt: facts of the .mogrt that holds the project; None if it is not from a .mogrt.
        in_detail: returns True for a layer whose scaled box, texts, fonts, effects and properties
            are to be read, which takes most of the time. They are always read for layers that
            Essential Graphics panels control.
    """
    table = NodeTable()
    warnings: list[str] = []
    compositions: list[CompositionFacts] = []
    layers: list[LayerFacts] = []
    fonts: Counter[str] = Counter()
    used: set[int] = set()
    essentials = tuple(gather_essentials(app.project, warnings))
    exposed = {(field.source_composition_id, field.layer_id) for field in essentials}
    for comp in app.project.compositions:
        compositions.append(_composition(comp))
        for index, layer in enumerate(comp.layers, start=1):
            facts = _layer(layer, index)
            if in_detail(facts) or (comp.id, layer.id) in exposed:
                facts = _tolerant(partial(_detail, layer, table, facts), facts, warnings)
            layers.append(facts)
            if facts.source_id is not None:
                used.add(facts.source_id)
            fonts.update(facts.fonts)
    warnings += [
        f'composition "{comp.name}" uses the Cinema 4D renderer; without a user interface,'
        " After Effects may then end without a picture and without an error"
        for comp in compositions
        if comp.renderer == CINEMA_4D
    ]
    footage = tuple(gather_footage(app.project, used=used, files=files))
    warnings += [
        f'footage "{item.name}" is missing from the upload (its path in the project is {item.path})'
        for item in footage
        if item.present is False and item.used
    ]
    return ProjectFacts(
        ae_version=app.version,
        compositions=tuple(compositions),
        layers=tuple(layers),
        fonts=tuple(_font(name, count) for name, count in sorted(fonts.items())),
        footage=footage,
        nodes=table.nodes,
        essentials=essentials,
        mogrt=mogrt,
        warnings=tuple(warnings),
    )


def _composition(comp: Any) -> CompositionFacts:
    return CompositionFacts(
        aeid=comp.id,
        name=comp.name,
        width=comp.width,
        height=comp.height,
        duration_s=comp.duration,
        frame_rate=comp.frame_rate,
        frames=round(comp.duration * comp.frame_rate),
        display_start_frame=comp.display_start_frame,
        renderer=comp.renderer,
    )


def _layer(layer: Any, index: int) -> LayerFacts:
    source = layer._source_item  # noqa: SLF001 - the public attribute searches the layer's properties
    kind = _kind(layer)
    source_type = _source_type(source)
    parent = layer.parent
    width, height = _size(layer, source)
    return LayerFacts(
        composition_id=layer.containing_comp.id,
        aeid=layer.id,
        index=index,
        name=layer.name,
        source_name=source.name if source is not None else None,
        has_own_name=layer.is_name_set,
        kind=kind,
        source_type=source_type,
        source_id=source.id if source is not None else None,
        source_comp_id=source.id if source_type == "comp" else None,
        parent_id=parent.id if parent is not None else None,
        enabled=layer.enabled,
        three_d=layer.is_3d,
        has_audio=source is not None and bool(source.has_audio),
        start_s=layer.start_time,
        in_s=layer.in_point,
        out_s=layer.out_point,
        width=width,
        height=height,
    )


def _tolerant(
    read: Callable[[], LayerFacts], fallback: LayerFacts, warnings: list[str]
) -> LayerFacts:
    """Return the result of `read`; if it raises, append a warning and return `fallback`.

    `fallback` has the layer's facts without properties. They are kept, because After Effects may
    still render a layer whose properties cannot be read here.
    """
    try:
        return read()
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 - py-aep raises any exception for unusual properties
        warnings.append(
            f'the properties of layer "{fallback.name}" could not be read ({type(error).__name__})'
        )
        return fallback


def _detail(layer: Any, table: NodeTable, facts: LayerFacts) -> LayerFacts:
    left, top, width, height = _box(layer, facts)
    detail: dict[str, Any] = {
        "left": left,
        "top": top,
        "width": width,
        "height": height,
        "text": _text(layer),
        "fonts": tuple(_fonts_of(layer)),
        "effects": tuple(
            EffectFacts(match_name=effect.match_name, name=effect.name, enabled=effect.enabled)
            for effect in layer.effects or ()
        ),
        "properties": table.add_children(layer),
    }
    return LayerFacts(**{**dict(facts), **detail})


_CLASSES: tuple[tuple[type, LayerKind], ...] = (
    (py_aep.TextLayer, "text"),
    (py_aep.ShapeLayer, "shape"),
    (py_aep.CameraLayer, "camera"),
    (py_aep.LightLayer, "light"),
    (py_aep.ThreeDModelLayer, "model"),
    (py_aep.ParametricMeshLayer, "mesh"),
)


def _kind(layer: Any) -> LayerKind:
    for cls, kind in _CLASSES:
        if isinstance(layer, cls):
            return kind
    if layer.null_layer:
        return "null"
    return "adjustment" if layer.adjustment_layer else "av"


def _source_type(source: Any) -> SourceKind | None:
    if source is None:
        return None
    if isinstance(source, py_aep.CompItem):
        return "comp"
    main = source.main_source
    if isinstance(main, py_aep.SolidSource):
        return "solid"
    return "placeholder" if isinstance(main, py_aep.PlaceholderSource) else "file"


def _size(layer: Any, source: Any) -> tuple[float, float]:
    if source is not None:
        return float(source.width), float(source.height)
    if isinstance(layer, py_aep.AVLayer):
        return float(layer.containing_comp.width), float(layer.containing_comp.height)
    return 0.0, 0.0


def _box(layer: Any, facts: LayerFacts) -> tuple[float, float, float, float]:
    """Return left, top, width and height of the layer in its composition, in pixels.

    The box is that at the layer's start, without rotation and parents. `facts` has the layer's
    unscaled size.
    """
    transform = layer.transform
    anchor = transform["ADBE Anchor Point"].value or [0.0, 0.0]
    position = transform["ADBE Position"].value or [0.0, 0.0]
    scale = transform["ADBE Scale"].value or [100.0, 100.0]
    across, down = scale[0] / 100, scale[1] / 100
    left, top = position[0] - anchor[0] * across, position[1] - anchor[1] * down
    width, height = facts.width * across, facts.height * down
    return min(left, left + width), min(top, top + height), abs(width), abs(height)


def _text(layer: Any) -> str | None:
    if not isinstance(layer, py_aep.TextLayer):
        return None
    document = layer.text["ADBE Text Document"].value
    return None if document is None else document.text


def _fonts_of(layer: Any) -> Iterator[str]:
    """Yield the PostScript names of a text layer's fonts, from all of its keyframes, sorted."""
    if not isinstance(layer, py_aep.TextLayer) or layer.text is None:
        return
    source_text = layer.text["ADBE Text Document"]
    documents = [key.value for key in source_text.keyframes] or [source_text.value]
    names = {
        font.post_script_name
        for document in documents
        if document is not None
        for font in document._used_font_objects()  # noqa: SLF001 - covers all text runs, not only the first
    }
    yield from sorted(names)


def _font(postscript_name: str, layers: int) -> FontFacts:
    family, _, style = postscript_name.partition("-")
    return FontFacts(
        postscript_name=postscript_name, family=family, style=style or "Regular", layers=layers
    )
