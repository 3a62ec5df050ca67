"""Random plans over a template: its own layers and properties, and what is wrong with them."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from intarsia.domain.nested import ManifestAsset
from intarsia.projects.attributes import LAYER_ATTRIBUTES, TEXT_ATTRIBUTES, Attribute
from intarsia.projects.facts import LayerFacts, ProjectFacts, PropertyNode
from render_container.injection.plan import (
    Call,
    Operation,
    Plan,
    ReplaceFootage,
    SetExpression,
    SetValue,
    build_plan,
)

ASSETS: TypeAdapter[list[ManifestAsset]] = TypeAdapter(list[ManifestAsset])
Made = tuple[dict[str, Any], Path | None]
"""An asset, and its file."""

TEXTS = (
    "", "plain", "it's \"quoted\" \\ $& %20", "U+2028 \u2028 and \u2029", "\U0001f600\U0001f1e9",
    "two\nlines", "three\r\nlines\r", "</script> */ }", "e\u0301 \u05d0\u05d1 \u4e16",
    "\t\x7f\ufeff", "x" * 300, "\ud800 half",
)  # fmt: skip
EXPRESSIONS = ("time * 10", "'\u2028'", 'thisComp.layer("title").transform.opacity // "\n', "value")
FONTS = ("Arial-BoldMT", "MyriadPro-Regular", "Nowhere-Black")


def kinds(plan: Plan) -> set[tuple[Any, ...]]:
    """Return the kinds of operation, attribute, value and layer name that a plan exercises."""
    return {kind for operation in plan.operations for kind in _kinds(operation)}


def operations(plan: Plan) -> set[tuple[Any, ...]]:
    """Return the operations and functions of a plan, without their values."""
    return {
        (type(item).__name__, item.function.name if isinstance(item, Call) else None)
        for item in plan.operations
    }


def _what(operation: Operation) -> str | None:
    """The function, the kind of footage, or the kind of value."""
    match operation:
        case Call():
            return operation.function.name
        case ReplaceFootage():
            return operation.kind
        case SetValue():
            return type(operation.value).__name__
    return None


def _kinds(operation: Operation) -> Iterator[tuple[Any, ...]]:
    name = type(operation).__name__
    yield name, _what(operation)
    if isinstance(operation, SetValue):
        if operation.property in LAYER_ATTRIBUTES or "." in operation.property:
            yield "attribute", operation.property.rpartition(".")[2]
        if isinstance(operation.value, str | bool):
            yield "value", operation.value
    if isinstance(operation, SetValue | SetExpression | ReplaceFootage | Call):
        target = operation.target
        if target is not None:
            comp = target.composition
            where = "path" if comp and "->" in comp else "*" if comp == "*" else comp is None
            yield name, where, target.layer_index is None


class Generator:
    """Makes assets as clients write them; equal seeds make equal plans."""

    def __init__(self, seed: int, facts: ProjectFacts, files: Sequence[tuple[Path, str]]) -> None:
        self._random = random.Random(seed)
        self._facts = facts
        self._files = files
        self._names = {comp.aeid: comp.name for comp in facts.compositions}

    def plan(self) -> Plan:
        """One to seven assets. Nearly all are right: else nearly all plans would be refused."""
        assets: list[dict[str, Any]] = []
        files: dict[int, Path] = {}
        for _ in range(self._random.randint(1, 7)):
            made, file = self._asset()
            try:
                ASSETS.validate_python([made])
            except ValidationError:
                continue
            if file is not None:
                files[len(assets)] = file
            assets.append(made)
        return build_plan(ASSETS.validate_python(assets), files)

    def _asset(self) -> Made:
        layer = self._random.choice(self._facts.layers)
        kinds: list[Callable[[LayerFacts], Made]] = [
            self._data,
            self._data,
            self._function,
            self._expression,
            self._attribute,
        ]
        kinds += [self._function] * 4
        if layer.kind == "text":
            kinds += [self._text, self._text_attribute, self._text_attribute, self._text_params]
        if layer.kind == "av":
            kinds += [self._footage, self._footage]
        if layer.kind == "av" and layer.source_type == "solid":
            kinds += [self._solid, self._solid]
        if self._facts.essentials:
            kinds += [self._essential, self._essential]
        return self._random.choice(kinds)(layer)

    def _target(self, layer: LayerFacts, *, by_index: bool = True) -> dict[str, Any]:
        """The layer, by any of the names that it has; sometimes others too, sometimes none."""
        roll = self._random.random()
        comp = self._names[layer.composition_id]
        target: dict[str, Any] = {}
        if roll < 0.5:
            target["composition"] = comp
        elif roll < 0.65:
            target["composition"] = self._path_to(layer.composition_id)
        elif roll < 0.75:
            target["composition"] = "*"
        elif roll < 0.77:
            target["composition"] = "nowhere"
        if by_index and self._random.random() < 0.25:
            return target | {"layerIndex": layer.index}
        name = layer.name
        if layer.source_name and self._random.random() < 0.15:
            name = layer.source_name
        return target | {"layerName": name if self._random.random() > 0.02 else f"{name}?"}

    def _path_to(self, comp: int) -> str:
        """`A->B` where there is such an A."""
        users = [layer for layer in self._facts.layers if layer.source_comp_id == comp]
        # A name with an arrow of its own means itself alone, not the end of a path.
        if not users or "->" in self._names[comp] or self._random.random() < 0.2:
            return self._names[comp]
        user = self._random.choice(users)
        return f"{self._path_to(user.composition_id)}->{self._names[comp]}"

    def _data(self, layer: LayerFacts) -> Made:
        path, node = self._property(layer)
        asset = {"type": "data", **self._target(layer), "property": path}
        value = self._value(node)
        if node.takes_expression and self._random.random() < 0.1:
            asset["expression"] = self._random.choice(EXPRESSIONS)
        return asset | {"value": value}, None

    def _expression(self, layer: LayerFacts) -> Made:
        path, _ = self._property(layer, expression=True)
        text = self._random.choice(EXPRESSIONS)
        return {"type": "data", **self._target(layer), "property": path, "expression": text}, None

    def _property(self, layer: LayerFacts, *, expression: bool = False) -> tuple[str, PropertyNode]:
        """A way down the layer's own tree, by display or match names, to something settable."""
        for _ in range(30):
            ids, steps = layer.properties, []
            while ids:
                node = self._facts.nodes[self._random.choice(ids)]
                use_match = self._random.random() < 0.5
                steps.append(node.match_name if use_match else node.name)
                ids = node.children
            dull = node.hidden or node.kind in {"group", "other"} or node.keyframed
            if expression:
                dull = not node.takes_expression
            if not dull or self._random.random() < 0.005:
                break
        return "->".join(steps), node

    def _value(self, node: PropertyNode) -> Any:
        low = node.minimum if node.minimum is not None else -500.0
        high = node.maximum if node.maximum is not None else max(low, 500.0)
        if self._random.random() < 0.01:
            return self._random.choice([True, "text", [1.0], [1, 2, 3, 4, 5], high + 1])
        match node.kind:
            case "vector":
                size = node.dimensions - (node.dimensions == 3 and self._random.random() < 0.5)
                low, high = max(low, -50.0), min(high, 150.0)
                return [round(self._random.uniform(low, high), 3) for _ in range(size)]
            case "color":
                return self._color() + self._random.choice([[], [1.0]])
            case "text":
                return self._random.choice(TEXTS)
        number = self._random.uniform(max(low, -1e4), min(high, 1e4))
        return round(number) if self._random.random() < 0.5 else round(number, 3)

    def _attribute(self, layer: LayerFacts) -> Made:
        known = list(LAYER_ATTRIBUTES.values())
        if self._random.random() < 0.95:
            unseen = layer.kind in {"camera", "light"}
            rare = {"collapse_transformation", "time_remap_enabled"}
            known = [
                item for item in known if item.member not in rare and not (unseen and item.av_only)
            ]
        attribute = self._random.choice(known)
        if attribute.name == "stretch":
            value: Any = self._random.choice([50, 100, 150.5])
        else:
            value = self._of_kind(attribute, 0.0, 2.0)
        return {
            "type": "data",
            **self._target(layer),
            "property": attribute.name,
            "value": value,
        }, None

    def _text(self, layer: LayerFacts) -> Made:
        target = self._target(layer)
        return {"type": "text", **target, "value": self._random.choice(TEXTS)}, None

    def _text_attribute(self, layer: LayerFacts) -> Made:
        attribute = self._random.choice(list(TEXT_ATTRIBUTES.values()))
        value: Any = self._of_kind(attribute, 1.0, 120.0)
        if attribute.name == "font":
            value = self._random.choice(FONTS)
        path = self._random.choice(["Source Text", "Text.Source Text", "ADBE Text Document"])
        asset = {"type": "data", **self._target(layer), "property": f"{path}.{attribute.name}"}
        return asset | {"value": value}, None

    def _of_kind(self, attribute: Attribute, low: float, high: float) -> Any:
        match attribute.kind:
            case "bool":
                return self._random.random() < 0.5
            case "string":
                return self._random.choice(TEXTS)
            case "color":
                return self._color()
            case "choice":
                return self._random.choice(attribute.choices)
        return round(self._random.uniform(low, high), self._random.randint(0, 2))

    def _text_params(self, layer: LayerFacts) -> Made:
        params = {
            "textValue": self._random.choice(TEXTS),
            "fontSize": self._random.uniform(2, 90),
            "fillColor": self._color(),
            "strokeColor": self._color(),
            "strokeWidth": 2,
            "tracking": 50,
            "leading": 40,
            "justification": "CENTER_JUSTIFY",
            "fauxBold": True,
        }
        chosen = self._random.sample(sorted(params), self._random.randint(1, 4))
        return self._call("text-params-set", layer, {name: params[name] for name in chosen})

    def _function(self, layer: LayerFacts) -> Made:
        seconds = self._random.choice([0.04, 0.5, 1, 1.3, 2.6])
        sized = layer.kind in {"text", "av"} and layer.width and layer.parent_id is None
        autoscale: tuple[str, dict[str, Any]] = (
            "layer-autoscale",
            {"type": self._random.choice(["fit", "fill"])},
        )
        name, params = self._random.choice(
            [
                *([autoscale] if sized else []),
                ("layer-remove", {}),
                ("layer-state-set", {"visible": self._random.random() < 0.5}),
                ("layer-start-set", {"value": seconds - 0.5}),
                ("layer-duration-set", {"value": seconds}),
                ("comp-duration-set", {"value": seconds}),
            ]
        )
        if name == "comp-duration-set":
            composition = self._names[layer.composition_id]
            params = {**params, "composition": composition}
            return {"type": "function", "name": f"nx:{name}", "params": params}, None
        return self._call(name, layer, params)

    def _solid(self, layer: LayerFacts) -> Made:
        return self._call("solid-color-set", layer, {"color": self._color()})

    def _call(self, name: str, layer: LayerFacts, params: dict[str, Any]) -> Made:
        target = self._target(layer, by_index=False)
        if target.get("composition") == "*":
            del target["composition"]
        return {"type": "function", "name": f"nx:{name}", "params": {**params, **target}}, None

    def _footage(self, layer: LayerFacts) -> Made:
        path, kind = self._random.choice(self._files)
        src = "https://example.com/file"
        return {"type": kind, "src": src, **self._target(layer)}, path

    def _essential(self, layer: LayerFacts) -> Made:
        field = self._random.choice(self._facts.essentials)
        values = {"slider": 12.5, "checkbox": True, "color": self._color(), "text": TEXTS[3]}
        asset: dict[str, Any] = {"type": "essential", "layerName": field.name}
        if self._random.random() < 0.5:
            asset["composition"] = self._names[field.composition_id]
        return asset | {"value": values.get(field.kind, 40)}, None

    def _color(self) -> list[float]:
        return [self._random.randint(0, 255) / 255 for _ in range(3)]
