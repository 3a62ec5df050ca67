"""Check of an asset's value, and its conversion to the type of the property that it sets."""

import math
from collections.abc import Sequence

from intarsia.domain.assets import Value
from intarsia.domain.errors import Problem
from intarsia.projects.attributes import Attribute
from intarsia.projects.facts import PropertyNode
from intarsia.projects.paths import Place

Fitting = float | int | bool | str | list[float]
"""A value in the form that is written to a property or attribute.

A vector may lack its third component. The property then keeps the one that it has.
"""


def fit_value(place: Place, value: Value) -> Fitting | Problem:
    """Return `value` in the form that the property or attribute at `place` takes.

    A vector takes `[x, y]` or `[x, y, z]`, a colour 3 or 4 numbers from 0 to 1. Source Text takes a
    string or a number. Returns a Problem with the field `value` if the value does not fit.
    """
    if place.solid_color:
        return _color(place.name, value, alpha=False)
    if place.attribute is not None:
        return _attribute(place.name, place.attribute, value)
    assert place.node is not None
    return _property(place.name, place.node, value)


def check_string(text: str, field: str) -> Problem | None:
    """Return a Problem with the field `field` if a project cannot store `text`, otherwise None.

    A project can store neither NUL nor half of a surrogate pair.
    """
    if "\0" in text:
        return Problem(field, "must not contain the NUL character")
    if any("\ud800" <= character <= "\udfff" for character in text):
        return Problem(field, "must not contain half of a surrogate pair (invalid Unicode)")
    return None


def _property(name: str, node: PropertyNode, value: Value) -> Fitting | Problem:
    if node.kind == "number":
        number = _number(name, value)
        return number if isinstance(number, Problem) else _bounded(name, node, [number], number)
    if node.kind == "vector":
        return _vector(name, node, value)
    if node.kind == "color":
        return _color(name, value, alpha=True)
    if node.kind == "text":
        return _string(name, value)
    return Problem("value", f"{name} has a type of data that cannot be set by a value")


def _attribute(name: str, attribute: Attribute, value: Value) -> Fitting | Problem:
    match attribute.kind:
        case "string":
            return _string(name, value)
        case "color":
            return _color(name, value, alpha=False)
        case "bool":
            return _bool(name, value)
        case "choice":
            return _choice(name, attribute, value)
        case "number" | "integer":
            return _attribute_number(name, attribute, value)


def _attribute_number(name: str, attribute: Attribute, value: Value) -> Fitting | Problem:
    number = _number(name, value)
    if isinstance(number, float) and attribute.positive and number <= 0:
        return Problem("value", f"{name} must be above 0, not {number:g}")
    if attribute.kind == "integer" and isinstance(number, float):
        return round(number)
    return number


def _bool(name: str, value: Value) -> Fitting | Problem:
    if isinstance(value, bool) or value in (0, 1):
        return bool(value)
    return Problem("value", f"{name} takes true or false, not {_shown(value)}")


def _choice(name: str, attribute: Attribute, value: Value) -> Fitting | Problem:
    if isinstance(value, str):
        wanted = value.rpartition(".")[2].upper()
        if wanted in attribute.choices:
            return wanted
    return Problem("value", f"{name} takes one of " + ", ".join(attribute.choices))


def _number(name: str, value: Value) -> float | Problem:
    if isinstance(value, (bool, int, float)) and math.isfinite(value):
        return float(value)
    return Problem("value", f"{name} takes a number, not {_shown(value)}")


def _vector(name: str, node: PropertyNode, value: Value) -> Fitting | Problem:
    wanted = "[x, y]" if node.dimensions == 2 else "[x, y] or [x, y, z]"
    lengths = {2} if node.dimensions == 2 else {2, 3}
    if isinstance(value, list) and len(value) in lengths:
        numbers = [_number(name, item) for item in value]
        if all(isinstance(number, float) for number in numbers):
            components = [number for number in numbers if isinstance(number, float)]
            return _bounded(name, node, components, components)
    return Problem("value", f"{name} takes {wanted}, not {_shown(value)}")


def _color(name: str, value: Value, *, alpha: bool) -> list[float] | Problem:
    wanted = "[red, green, blue] or [red, green, blue, alpha], each from 0 to 1"
    if not isinstance(value, list) or len(value) not in {3, 4}:
        return Problem("value", f"{name} takes {wanted}, not {_shown(value)}")
    if not all(0 <= item <= 1 for item in value):
        hint = "; divide by 255" if all(0 <= item <= 255 for item in value) else ""
        return Problem("value", f"{name} takes {wanted}, not {_shown(value)}{hint}")
    components = [float(item) for item in value]
    return components if alpha else components[:3]


def _string(name: str, value: Value) -> str | Problem:
    if isinstance(value, (bool, list)):
        return Problem("value", f"{name} takes a string, not {_shown(value)}")
    if isinstance(value, float) and not math.isfinite(value):
        return Problem("value", f"{name} takes a string, not {value}")
    text = value if isinstance(value, str) else f"{value:.15g}"
    return check_string(text, "value") or text


def _bounded(
    name: str, node: PropertyNode, numbers: Sequence[float], value: Fitting
) -> Fitting | Problem:
    low = node.minimum if node.minimum is not None else -math.inf
    high = node.maximum if node.maximum is not None else math.inf
    for number in numbers:
        if not low <= number <= high:
            allowed = f"from {low:g} to {high:g}"
            if math.isinf(high):
                allowed = f"of {low:g} or more"
            elif math.isinf(low):
                allowed = f"of {high:g} or less"
            return Problem("value", f"{name} takes a number {allowed}, not {number:g}")
    return value


def _shown(value: Value) -> str:
    if isinstance(value, str):
        return f'"{value[:40]}..."' if len(value) > 40 else f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    shown = str(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
