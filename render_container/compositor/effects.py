"""Reading of a layer's effects that the compositor can draw.

These are After Effects' own effects Fill, Tint, Gaussian Blur and Drop Shadow, with the match
names of their parameters. Blurs and shadows have a standard deviation of 0.3 times their amount.
Skottie (the Lottie player of the Skia project) uses the same factor as "close enough to AE".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from render_container.compositor.model import Effect
from render_container.compositor.values import Values

BLUR_SIGMA = 0.3


def read_effects(layer: Any, values: Values, time: float) -> tuple[Effect, ...]:
    """Return a layer's enabled and supported effects at composition second `time`, first to last.

    `layer` is a py-aep layer; `values` reads the effects' parameters. Other effects are left out.
    """
    group = layer.effects
    if group is None or not layer.effects_active:
        return ()
    return tuple(
        _READERS[effect.match_name](effect, values, time)
        for effect in group.properties
        if effect.enabled and effect.match_name in _READERS
    )


def is_drawn(match_name: str) -> bool:
    """Return whether an effect needs no warning: it is drawn, or does not change any pixels.

    Expression controls, such as sliders, do not change pixels.
    """
    return match_name in _READERS or match_name in _CONTROLS or match_name.startswith("Pseudo/")


_CONTROLS = frozenset(
    f"ADBE {kind} Control"
    for kind in ("Slider", "Angle", "Checkbox", "Color", "Point", "Point3D", "Layer", "Dropdown")
)


def _colour(effect: Any, name: str, values: Values, time: float) -> tuple[float, float, float]:
    value = values.at(effect, name, time)
    return float(value[0]), float(value[1]), float(value[2])


def _fill(effect: Any, values: Values, time: float) -> Effect:
    colour = _colour(effect, "ADBE Fill-0002", values, time)
    return Effect("fill", (*colour, values.number(effect, "ADBE Fill-0005", time)))


def _tint(effect: Any, values: Values, time: float) -> Effect:
    black = _colour(effect, "ADBE Tint-0001", values, time)
    white = _colour(effect, "ADBE Tint-0002", values, time)
    amount = values.number(effect, "ADBE Tint-0003", time)
    return Effect("tint", (*black, *white, amount / 100))


def _blur(effect: Any, values: Values, time: float) -> Effect:
    sigma = values.number(effect, "ADBE Gaussian Blur 2-0001", time) * BLUR_SIGMA
    way = int(values.number(effect, "ADBE Gaussian Blur 2-0002", time))
    repeat = values.number(effect, "ADBE Gaussian Blur 2-0003", time)
    return Effect("blur", (sigma if way != 3 else 0.0, sigma if way != 2 else 0.0, repeat))


def _shadow(effect: Any, values: Values, time: float) -> Effect:
    def number(index: int) -> float:
        return values.number(effect, f"ADBE Drop Shadow-{index:04d}", time)

    colour = _colour(effect, "ADBE Drop Shadow-0001", values, time)
    opacity = number(2) / 255
    return Effect(
        "shadow", (*colour, opacity, number(3), number(4), number(5) * BLUR_SIGMA, number(6))
    )


_READERS: dict[str, Callable[[Any, Values, float], Effect]] = {
    "ADBE Fill": _fill,
    "ADBE Tint": _tint,
    "ADBE Gaussian Blur 2": _blur,
    "ADBE Drop Shadow": _shadow,
}


def changes_pixels(match_name: str) -> bool:
    """Return whether the compositor draws an effect; False for controls and unsupported effects."""
    return match_name in _READERS
