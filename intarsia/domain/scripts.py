"""Script assets: ExtendScript that After Effects runs on the project before rendering."""

import base64
import binascii
import re
from typing import Annotated, Literal, Self
from urllib.parse import unquote_to_bytes

from pydantic import (
    BeforeValidator,
    Field,
    JsonValue,
    StrictStr,
    WithJsonSchema,
    model_validator,
)

from intarsia.domain.fields import SECRET, Model, Name

SCRIPT_LIMIT = 1_000_000  # characters


def _script_source(value: object) -> object:
    if isinstance(value, str) and not re.match(rf"https?://[^/\s]+|data:|{SECRET}", value):
        raise ValueError(
            "must be an http://, https:// or data: URL; use value for the text of a script"
        )
    return value


ScriptText = Annotated[StrictStr, Field(min_length=1, max_length=SCRIPT_LIMIT)]
ScriptSource = Annotated[
    StrictStr,
    Field(max_length=4 * SCRIPT_LIMIT),
    BeforeValidator(_script_source),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": 4 * SCRIPT_LIMIT,
            "pattern": rf"^(https?://[^/\s]|data:[^,]*,|{SECRET})",
        }
    ),
]


ParameterType = Literal["string", "number", "array", "boolean", "object", "function", "null"]
_EMPTY: dict[str, JsonValue] = {
    "string": "",
    "number": 0,
    "array": [],
    "boolean": False,
    "object": {},
}
_FUNCTION = re.compile(r"function\b.*\}|\(\s*function\b.*\)", re.DOTALL)


class Argument(Model):
    """An argument of a parameter that is a function; its code reads it with `NX.arg("name")`."""

    key: Name
    value: JsonValue = None


class Parameter(Model):
    """A parameter of a script, which the script reads by its key, as in `NX.get("name")`."""

    key: Name
    value: JsonValue = None
    type: ParameterType | None = None
    """Type of the value.

    `function` means that the value is the text of an ExtendScript function. The other types choose
    the default of a parameter without a value. If the type is None, a text that consists of one
    function counts as a function.
    """
    arguments: Annotated[list[Argument], Field(max_length=100)] = Field(default_factory=list)

    @property
    def is_function(self) -> bool:
        """Whether the value is an ExtendScript function to evaluate, instead of plain text."""
        if not isinstance(self.value, str) or self.type not in {None, "function"}:
            return False
        return self.type == "function" or _FUNCTION.fullmatch(self.value.strip()) is not None


class ScriptAsset(Model):
    """An asset that runs a script, given by a URL or data: URL (`src`) or as text (`value`)."""

    type: Literal["script"]
    src: ScriptSource | None = None
    value: ScriptText | None = None
    keyword: Annotated[StrictStr, Field(pattern=r"^[A-Za-z_$][A-Za-z0-9_$]{0,63}$")] = "NX"
    """Name of the object through which the script reads its parameters, as in `NX.get("name")`."""
    parameters: Annotated[list[Parameter], Field(max_length=1000)] = Field(default_factory=list)
    global_default_value: JsonValue = None
    """Value of parameters that have neither value nor type, or that were not given at all.

    If it is None, the entry of `defaults` that `global` names applies.
    """
    defaults: Annotated[dict[str, JsonValue], Field(max_length=20)] = Field(default_factory=dict)
    """Default values of parameters without a value, by parameter type.

    The entry `global` names the type whose default applies to parameters without a type. Without
    this entry, the default of `null` applies.
    """

    @model_validator(mode="after")
    def _is_one_script(self) -> Self:
        if (self.src is None) == (self.value is None):
            raise ValueError("give either src (a URL) or value (the script itself)")
        if self.src is not None and self.src.startswith("data:"):
            text_of_data_url(self.src)
        return self

    @property
    def default(self) -> JsonValue:
        """The value of a parameter that was not given, or that has neither value nor type."""
        if self.global_default_value is not None:
            return self.global_default_value
        return self.defaults.get(str(self.defaults.get("global", "null")))

    def value_of(self, parameter: Parameter) -> JsonValue:
        """Return a parameter's value, or its default if it has none.

        The default of a parameter with a type is the type's entry in `defaults`, else the type's
        empty value. Without a type, it is `self.default`.
        """
        if parameter.value is not None:
            return parameter.value
        kind = parameter.type
        if kind is not None and kind in self.defaults:
            return self.defaults[kind]
        return self.default if kind is None else _EMPTY.get(kind)

    @property
    def text(self) -> str | None:
        """The script's text; None if it must be fetched from `src`."""
        if self.src is not None and self.src.startswith("data:"):
            return text_of_data_url(self.src)
        return self.value


def text_of_data_url(url: str) -> str:
    """Return the text in a `data:[type][;base64],...` URL (RFC 2397).

    Raises ValueError unless `url` is well-formed and holds UTF-8 text of 1 to SCRIPT_LIMIT
    characters.
    """
    kind, comma, data = url.removeprefix("data:").partition(",")
    if not comma:
        raise ValueError("the data: URL has no comma; use data:[type][;base64],<text>")
    content = unquote_to_bytes(data)
    try:
        if kind.endswith(";base64"):
            content = base64.b64decode(content, validate=True)
        text = content.decode()
    except (binascii.Error, UnicodeDecodeError):
        raise ValueError("the data: URL is not UTF-8 text") from None
    if not 0 < len(text) <= SCRIPT_LIMIT:
        raise ValueError(f"a script must have 1 to {SCRIPT_LIMIT} characters")
    return text
