"""The plan: what injection will do to a project, as data.

A plan travels as ASCII JSON, so that no character of a user's text can end a line or a string in
whatever reads it (U+2028 ends a line in ExtendScript).
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from intarsia.domain.assets import (
    DataAsset,
    FootageAsset,
    LayerAsset,
    ManifestAsset,
    SlotAsset,
    TextAsset,
    Value,
)
from intarsia.domain.errors import Problem
from intarsia.projects.checks import SOURCE_TEXT
from intarsia.projects.facts import LayerFacts
from render_container.injection.errors import InjectionError

FootageKind = Literal["image", "video", "audio"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Target(_Data):
    """Which layers: a composition selector (None: all of them) and a name or 1-based index."""

    composition: str | None = None
    layer_name: str | None = None
    layer_index: Annotated[int, Field(ge=1)] | None = None


class MediaInfo(_Data):
    """What a probe found in a media file. Sizes in pixels, duration in seconds."""

    width: Annotated[int, Field(ge=0)] = 0
    height: Annotated[int, Field(ge=0)] = 0
    fps: Annotated[FiniteFloat, Field(ge=0)] = 0.0
    duration_s: Annotated[FiniteFloat, Field(ge=0)] = 0.0
    has_audio: bool = False
    has_alpha: bool = False


class SetValue(_Data):
    """Sets a property or attribute of every layer meant."""

    do: Literal["set_value"] = "set_value"
    field: str
    """The asset this comes from, such as `assets[2]`, for messages."""
    target: Target
    property: str
    value: Value


class SetExpression(_Data):
    """Gives a property of every layer meant an expression."""

    do: Literal["set_expression"] = "set_expression"
    field: str
    target: Target
    property: str
    expression: str


class ReplaceFootage(_Data):
    """Makes a file on this machine the source of every layer meant."""

    do: Literal["replace_footage"] = "replace_footage"
    field: str
    target: Target
    path: Path
    kind: FootageKind
    media: MediaInfo | None = None


Operation = Annotated[SetValue | SetExpression | ReplaceFootage, Field(discriminator="do")]


class Plan(_Data):
    """Operations, carried out in this order."""

    operations: tuple[Operation, ...] = ()

    def may_concern(self, layer: LayerFacts) -> bool:
        """Whether some operation's target, whatever its composition, may mean `layer`."""
        targets = [operation.target for operation in self.operations]
        return any(
            target.layer_name in {layer.name, layer.source_name}
            if target.layer_name is not None
            else target.layer_index == layer.index
            for target in targets
        )

    def to_json(self) -> str:
        """ASCII JSON on one line; everything else is escaped as `\\uXXXX`."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=True, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """The plan that `to_json` wrote. Raises pydantic.ValidationError."""
        return cls.model_validate(json.loads(text))


def build_plan(
    assets: Sequence[ManifestAsset],
    files: Mapping[int, Path],
    media: Mapping[int, MediaInfo] | None = None,
) -> Plan:
    """The plan for a manifest's assets, in their order.

    `files` are the downloaded files and `media` what is known of them, both by the position of the
    asset. A data asset with a value and an expression becomes both, the value first. Raises
    InjectionError if a footage asset or slot has no file.
    """
    operations: list[Operation] = []
    problems: list[Problem] = []
    for number, asset in enumerate(assets):
        field = f"assets[{number}]"
        if isinstance(asset, TextAsset):
            operations.append(
                SetValue(
                    field=field, target=_target(asset), property=SOURCE_TEXT, value=asset.value
                )
            )
        elif isinstance(asset, DataAsset):
            operations += _data(asset, field)
        elif isinstance(asset, (FootageAsset, SlotAsset)):
            if number not in files:
                problems.append(Problem(field, f'the file for layer "{_layer(asset)}" is missing'))
                continue
            operations.append(
                ReplaceFootage(
                    field=field,
                    target=_target(asset),
                    path=files[number],
                    kind=asset.media if isinstance(asset, SlotAsset) else asset.type,
                    media=(media or {}).get(number),
                )
            )
    if problems:
        raise InjectionError(problems)
    return Plan(operations=tuple(operations))


def _data(asset: DataAsset, field: str) -> list[Operation]:
    target = _target(asset)
    operations: list[Operation] = []
    if asset.value is not None:
        operations.append(
            SetValue(field=field, target=target, property=asset.property, value=asset.value)
        )
    if asset.expression is not None:
        operations.append(
            SetExpression(
                field=field, target=target, property=asset.property, expression=asset.expression
            )
        )
    return operations


def _target(asset: LayerAsset | SlotAsset) -> Target:
    return Target(
        composition=asset.composition,
        layer_name=asset.layer_name,
        layer_index=asset.layer_index if isinstance(asset, LayerAsset) else None,
    )


def _layer(asset: FootageAsset | SlotAsset) -> str:
    if asset.layer_name is not None:
        return asset.layer_name
    return str(asset.layer_index) if isinstance(asset, FootageAsset) else ""
