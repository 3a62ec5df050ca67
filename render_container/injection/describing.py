"""Translation of a plan's resolved steps into the changes that After Effects makes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from py_aep import PropertyType

from intarsia.domain.functions import (
    LayerAutoscale,
    LayerDuration,
    LayerRemove,
    LayerStart,
    LayerState,
)
from intarsia.projects.values import Fitting
from render_container.injection.operations import Call, ReplaceFootage
from render_container.injection.resolve import Fit, Step, Value
from render_container.injection.resolved_plan import (
    Change,
    FitLayer,
    ItemRef,
    LastFor,
    LayerRef,
    PathStep,
    PropertyRef,
    RecolourSolids,
    Remove,
    SetAttribute,
    SetDuration,
    SetExpression,
    SetProperty,
    SetText,
    SetTextSizes,
    StartAt,
    Target,
    TextAttribute,
    TextSize,
)
from render_container.injection.resolved_plan import ReplaceFootage as ReplaceFootageNow
from render_container.injection.textmeasure import read_runs

_SHOWN_BY = {"fillColor": "applyFill", "strokeColor": "applyStroke"}


class Targets:
    """References by which After Effects finds the layers of the py-aep `project`.

    They describe the project as it is when this object is made; later changes do not count.
    """

    def __init__(self, project: Any) -> None:
        # Each layer is kept alive here, so that its `id` cannot pass to another object.
        self._targets: dict[int, tuple[Any, Target]] = {
            id(layer): (layer, _target(composition, number, layer))
            for composition in project.compositions
            for number, layer in enumerate(composition.layers, 1)
        }

    def of(self, layer: Any) -> Target:
        """Return the reference to a layer, as the layer was when this object was made."""
        return self._targets[id(layer)][1]

    def property_of(self, layer: Any, item: Any) -> PropertyRef:
        """Return the reference to `item`, which is a py-aep property of `layer`."""
        path: list[PathStep] = []
        at = item
        while at is not layer:
            parent = at.parent_property or layer
            path.insert(0, _path_step(parent, at))
            at = parent
        return PropertyRef(target=self.of(layer), path=tuple(path))


def describe(step: Step, targets: Targets, files: Mapping[Path, int]) -> Iterator[Change]:
    """Yield the changes that a step makes, except runs of scripts and font sizes of fitted texts.

    `files` maps the path of each footage file to its position in `ResolvedPlan.files`.
    """
    solids = [value for value in step.values if value.place.solid_color]
    for value in step.values:
        if not value.place.solid_color:
            yield _value(value, targets)
    if solids:
        color = solids[0].value
        assert isinstance(color, list)
        yield RecolourSolids(targets=tuple(targets.of(item.layer) for item in solids), color=color)
    for expression in step.expressions:
        yield SetExpression(
            property=targets.property_of(expression.layer, expression.item),
            expression=expression.text,
        )
    match step.operation:
        case ReplaceFootage(path=path):
            for layer in step.layers:
                yield ReplaceFootageNow(target=targets.of(layer), file=files[path])
        case Call() as operation:
            yield from _call(step, operation, targets)


def text_sizes(fit: Fit, targets: Targets) -> SetTextSizes:
    """Return the change that gives a text in After Effects the font sizes it now has in py-aep.

    `fit.text` is the py-aep property of the text.
    """
    document = fit.text.value
    sizes = [_size(document, run.start, run.end) for run in read_runs(document)]
    text = str(document.text)
    if "\n" not in text and len({(size.font_size, size.leading) for size in sizes}) == 1:
        sizes = [sizes[0].model_copy(update={"start": None, "end": None})]
    return SetTextSizes(property=targets.property_of(fit.layer, fit.text), runs=tuple(sizes))


def _size(document: Any, start: int, end: int) -> TextSize:
    characters = document.character_range(start, end)
    return TextSize(
        start=start,
        end=end,
        font_size=characters.font_size,
        leading=None if characters.auto_leading else characters.leading,
    )


def _value(value: Value, targets: Targets) -> Change:
    place = value.place
    if place.attribute is not None and place.node is None:
        return SetAttribute(
            target=targets.of(value.layer), name=place.attribute.name, value=value.value
        )
    found = targets.property_of(value.layer, value.item)
    if place.attribute is not None:
        attributes = [TextAttribute(name=place.attribute.name, value=_with_returns(value.value))]
        if place.attribute.name in _SHOWN_BY:
            # According to the scripting guide, After Effects sets this attribute itself. In our
            # tests it did not.
            attributes.append(TextAttribute(name=_SHOWN_BY[place.attribute.name], value=True))
        return SetText(property=found, attributes=tuple(attributes))
    if place.node is not None and place.node.kind == "text":
        attribute = TextAttribute(name="text", value=_with_returns(value.value))
        return SetText(property=found, attributes=(attribute,))
    assert not isinstance(value.value, str)
    return SetProperty(property=found, value=value.value)


def _with_returns(value: Fitting) -> Fitting:
    """Return a text with its line feeds replaced by carriage returns; other values unchanged.

    After Effects ends lines of text with a carriage return.
    """
    if isinstance(value, str):
        return value.replace("\r\n", "\r").replace("\n", "\r")
    return value


def _call(step: Step, operation: Call, targets: Targets) -> Iterator[Change]:
    params = operation.function.params
    for composition in step.compositions:
        assert hasattr(params, "value")
        item = ItemRef(id=composition.id, name=composition.name)
        yield SetDuration(composition=item, seconds=float(params.value))
    for target in map(targets.of, step.layers):
        match params:
            case LayerState():
                yield SetAttribute(target=target, name="enabled", value=params.shown)
            case LayerStart():
                yield StartAt(target=target, seconds=float(params.value))
            case LayerDuration():
                yield LastFor(target=target, seconds=float(params.value))
            case LayerRemove():
                yield Remove(target=target)
    for fit in step.fits:
        if isinstance(params, LayerAutoscale) and fit.text is None:
            yield FitLayer(
                target=targets.of(fit.layer),
                mode=params.type,
                scale=targets.property_of(fit.layer, fit.scale),
                position=tuple(targets.property_of(fit.layer, item) for item in fit.position),
            )


def _target(composition: Any, number: int, layer: Any) -> Target:
    return Target(
        composition=ItemRef(id=composition.id, name=composition.name),
        layer=LayerRef(index=number, name=layer.name, match_name=layer.match_name),
    )


def _path_step(parent: Any, item: Any) -> PathStep:
    siblings: Sequence[Any] = parent.properties
    indexed = getattr(parent, "property_type", None) == PropertyType.INDEXED_GROUP
    names = Counter(sibling.match_name for sibling in siblings)
    if not indexed and names[item.match_name] == 1:
        return PathStep(match_name=item.match_name)
    place = next(number for number, other in enumerate(siblings, 1) if other is item)
    return PathStep(match_name=item.match_name, index=place)
