"""Assets of a job request: the values and files put into a template before it renders.

Field names follow the HTTP contract (`layerName`); in Python they are snake case. Asset objects
are open: unknown fields are ignored.
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
    """An asset aimed at a layer, by name or by 1-based stacking index."""

    layer_name: Name | None = None
    layer_index: Annotated[StrictInt, Field(ge=1, le=100_000)] | None = None
    composition: Name | None = None
    """Composition that holds the layer (`A->B`: B used in A); None: every one of the project."""

    @model_validator(mode="after")
    def _has_a_layer(self) -> Self:
        if (self.layer_name is None) == (self.layer_index is None):
            raise ValueError("give either layerName or layerIndex")
        return self


class TextAsset(LayerAsset):
    """Sets a text layer's Source Text."""

    type: Literal["text"]
    value: Text


class DataAsset(LayerAsset):
    """Sets a property, by a path with `.` or `->`, to a value, an expression or both."""

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
    """Replaces a layer's footage by a file from `src`."""

    type: Literal["image", "video", "audio"]
    src: Source
    name: Name | None = None
    """File name to keep in the project; only its last path component is used."""
    conform: StrictBool | None = None
    """True to convert the file to a form that every engine reads; None: only kinds that need it."""


class StaticAsset(Model):
    """A file put into the job's working directory."""

    type: Literal["static"]
    src: Source
    name: Name | None = None


class EssentialAsset(Model):
    """An asset that sets a field of an Essential Graphics panel.

    The panel belongs to a .mogrt, or to a composition that has one. `layer_name` is the field's
    name; `Group.Field` or `Group->Field` names a field inside a group.
    """

    type: Literal["essential"]
    layer_name: Name
    composition: Name | None = None
    """Composition that owns the panel; None: every one of the project that has the field."""
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
"""Every asset type that is not a render itself."""
