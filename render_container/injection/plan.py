"""The plan: the operations that injection performs on a project, as data.

A plan is written as ASCII JSON. Otherwise a character of a user's text could end a line or a string
where the plan is read: in ExtendScript, U+2028 ends a line.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from intarsia.domain.assets import (
    DataAsset,
    EssentialAsset,
    FootageAsset,
    FunctionAsset,
    LayerAsset,
    ScriptAsset,
    StaticAsset,
    TextAsset,
)
from intarsia.domain.errors import Problem
from intarsia.domain.functions import GenAi, TextParams
from intarsia.domain.nested import ManifestAsset, SlotAsset
from intarsia.projects.facts import LayerFacts
from intarsia.projects.functions import text_settings
from intarsia.projects.resolving import SOURCE_TEXT
from render_container.injection.errors import InjectionError
from render_container.injection.operations import (
    Call,
    Data,
    FootageKind,
    MediaInfo,
    Operation,
    ReplaceFootage,
    RunScript,
    ScriptParameter,
    SetEssential,
    SetExpression,
    SetValue,
    Target,
)

__all__ = [
    "Call",
    "FootageKind",
    "MediaInfo",
    "Operation",
    "Plan",
    "ReplaceFootage",
    "RunScript",
    "ScriptParameter",
    "SetEssential",
    "SetExpression",
    "SetValue",
    "Target",
    "build_plan",
]


class Plan(Data):
    """The operations of an injection, carried out in this order."""

    operations: tuple[Operation, ...] = ()

    def may_concern(self, layer: LayerFacts) -> bool:
        """Return whether an operation may target `layer`, by name or index in any composition.

        Essential Graphics fields are not considered.
        """
        return any(
            target.layer_name in {layer.name, layer.source_name}
            if target.layer_name is not None
            else target.layer_index == layer.index
            for operation in self.operations
            if isinstance(operation, SetValue | SetExpression | ReplaceFootage | Call)
            and (target := operation.target) is not None
        )

    def to_json(self) -> str:
        """Return the plan as ASCII JSON on one line; non-ASCII characters become `\\uXXXX`."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=True, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Return the plan in a text written by `to_json`.

        Raises json.JSONDecodeError if the text is not JSON, and pydantic.ValidationError if the
        JSON is not a plan.
        """
        return cls.model_validate(json.loads(text))


def build_plan(
    assets: Sequence[ManifestAsset],
    files: Mapping[int, Path],
    media: Mapping[int, MediaInfo] | None = None,
) -> Plan:
    """Return the plan for a manifest's assets, in their order.

    `files` has the files of footage, slots, scripts and generated media. `media` has the results of
    their probes; None means that there are none. Both are keyed by the asset's position in
    `assets`. A data asset with a value and an expression becomes two operations, the value first.
    Raises InjectionError if an asset's file is missing.
    """
    media = media or {}
    found = [
        operation
        for number, asset in enumerate(assets)
        for operation in _operations(
            asset, f"assets[{number}]", files.get(number), media.get(number)
        )
    ]
    problems = [item for item in found if isinstance(item, Problem)]
    if problems:
        raise InjectionError(problems)
    return Plan(operations=tuple(item for item in found if not isinstance(item, Problem)))


def _operations(
    asset: ManifestAsset, field: str, file: Path | None, media: MediaInfo | None
) -> Iterator[Operation | Problem]:
    match asset:
        case TextAsset():
            target = _target(asset)
            yield SetValue(field=field, target=target, property=SOURCE_TEXT, value=asset.value)
        case DataAsset():
            yield from _data(asset, field)
        case EssentialAsset():
            name, comp = asset.layer_name, asset.composition
            yield SetEssential(field=field, composition=comp, name=name, value=asset.value)
        case ScriptAsset():
            yield _script(asset, field, file)
        case FunctionAsset(params=GenAi() as params):
            yield from _generated(params, f"{field}.params", file, media)
        case FunctionAsset():
            yield from _calls(asset, field)
        case FootageAsset() | SlotAsset():
            yield _footage(asset, field, file, media)
        case StaticAsset():
            pass


def _footage(
    asset: FootageAsset | SlotAsset, field: str, file: Path | None, media: MediaInfo | None
) -> ReplaceFootage | Problem:
    if file is None:
        layer = asset.layer_name
        if layer is None and isinstance(asset, FootageAsset):
            layer = str(asset.layer_index)
        return Problem(field, f'the file for layer "{layer}" is missing')
    kind = asset.media if isinstance(asset, SlotAsset) else asset.type
    return ReplaceFootage(field=field, target=_target(asset), path=file, kind=kind, media=media)


def _generated(
    params: GenAi, field: str, file: Path | None, media: MediaInfo | None
) -> Iterator[ReplaceFootage | Problem]:
    """Yield one operation per layer in `params`, all with the generated file.

    If there is no file, yield a problem for each of these layers.
    """
    for name in params.layer_names:
        if file is None:
            yield Problem(field, f'the generated file for layer "{name}" is missing')
            continue
        target = Target(composition=params.composition, layer_name=name)
        yield ReplaceFootage(field=field, target=target, path=file, kind=params.type, media=media)


def _script(asset: ScriptAsset, field: str, file: Path | None) -> RunScript | Problem:
    text = asset.text
    if text is None and file is None:
        return Problem(field, "the file of the script is missing")
    return RunScript(
        field=field,
        path=None if text is not None else file,
        text=text,
        keyword=asset.keyword,
        parameters=tuple(
            ScriptParameter(
                key=parameter.key,
                value=asset.value_of(parameter),
                is_function=parameter.is_function,
                arguments={argument.key: argument.value for argument in parameter.arguments},
            )
            for parameter in asset.parameters
        ),
        default=asset.default,
    )


def _calls(asset: FunctionAsset, field: str) -> Iterator[Operation]:
    """Yield the operations of a template function for each layer that it names.

    A function that sets attributes of a text becomes values of properties. Every other function
    becomes a Call.
    """
    for call in asset.expanded():
        match call.params:
            case TextParams():
                for _, data in text_settings(call.params):
                    yield from _data(data, f"{field}.params")
            case _:
                yield Call(field=f"{field}.params", function=call)


def _data(asset: DataAsset, field: str) -> Iterator[Operation]:
    target, path = _target(asset), asset.property
    if asset.value is not None:
        yield SetValue(field=field, target=target, property=path, value=asset.value)
    if asset.expression is not None:
        yield SetExpression(field=field, target=target, property=path, expression=asset.expression)


def _target(asset: LayerAsset | SlotAsset) -> Target:
    return Target(
        composition=asset.composition,
        layer_name=asset.layer_name,
        layer_index=asset.layer_index if isinstance(asset, LayerAsset) else None,
    )
