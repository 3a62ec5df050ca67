"""Assets of a job request: values and files to put into a template's project before rendering.

Field names are those of the HTTP contract (`layerName`), in Python in snake case. Unknown fields
of assets are ignored.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from intarsia.domain.fields import HttpsSource, Model, Name, Source, Text, Value
from intarsia.domain.functions import FunctionAsset
from intarsia.domain.scripts import ScriptAsset

__all__ = [
    "DataAsset",
    "EssentialAsset",
    "FootageAsset",
    "FunctionAsset",
    "HttpsSource",
    "LayerAsset",
    "Model",
    "Name",
    "PlainAsset",
    "ScriptAsset",
    "Source",
    "StaticAsset",
    "TextAsset",
    "Value",
]


class LayerAsset(Model):
    """Base of assets that change a layer, given by its name or its stacking index, from 1."""

    layer_name: Name | None = None
    layer_index: Annotated[StrictInt, Field(ge=1, le=100_000)] | None = None
    composition: Name | None = None
    """Name of the composition that holds the layer; `A->B` means B as used in A.

    None means every composition of the project.
    """

    @model_validator(mode="after")
    def _has_a_layer(self) -> Self:
        if (self.layer_name is None) == (self.layer_index is None):
            raise ValueError("give either layerName or layerIndex")
        return self


class TextAsset(LayerAsset):
    """An asset that sets the Source Text of a text layer."""

    type: Literal["text"]
    value: Text


class DataAsset(LayerAsset):
    """An asset that sets a property of a layer to a value, an expression or both.

    `property` is the property's path, with `.` or `->`, such as `Transform.Position`.
    """

    type: Literal["data"]
    property: Name
    value: Value | None = None
    expression: Text | None = None

    @model_validator(mode="after")
    def _has_something_to_set(self) -> Self:
        if self.value is None and self.expression is None:
            raise ValueError("give a value or an expression")
        return self


class FootageAsset(LayerAsset):
    """An asset that replaces the footage of a layer by the file at the URL `src`."""

    type: Literal["image", "video", "audio"]
    src: Source
    name: Name | None = None
    """File name of the footage in the project; only its last path component is used.

    None means a generated name.
    """
    conform: StrictBool | None = None
    """Whether to convert the file to a format that every engine reads.

    None means that only files which After Effects cannot read correctly are converted.
    """


class StaticAsset(Model):
    """An asset that adds a file to the project's folder, where the project finds it by name."""

    type: Literal["static"]
    src: Source
    name: Name | None = None


class EssentialAsset(Model):
    """An asset that sets a field of an Essential Graphics panel.

    The panel belongs to a .mogrt, or to a composition that has one. `layer_name` is the name of
    the panel's field; `Group.Field` or `Group->Field` names a field inside a group.
    """

    type: Literal["essential"]
    layer_name: Name
    composition: Name | None = None
    """Name of the composition that owns the panel; None for every composition with this field."""
    value: Value


PlainAsset = (
    TextAsset
    | DataAsset
    | FootageAsset
    | StaticAsset
    | EssentialAsset
    | ScriptAsset
    | FunctionAsset
)
"""Every asset type except nested jobs and joins."""
