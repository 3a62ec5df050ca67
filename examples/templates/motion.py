"""Keyframes with easing.

An ease is the pair of influences, in per cent, of the speed curve after the earlier key and before
the later one; the speed at the keys themselves is zero, as with Easy Ease.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from py_aep import KeyframeEase

Ease = tuple[float, float]
Value = float | Sequence[float]

SETTLE: Ease = (12.0, 85.0)  # quick off the mark, long landing: entrances
LEAVE: Ease = (80.0, 15.0)  # the same, played backwards: exits
GLIDE: Ease = (60.0, 60.0)  # slow at both ends: things that pass through
DRIFT: Ease = (33.0, 33.0)  # barely eased: slow continuous movement


def animate(prop: Any, *keys: tuple[float, Value], ease: Ease = SETTLE) -> None:
    """Set `prop` (a py-aep property) to each value at its time, in composition seconds.

    The ease applies between these keys only, so a way in and a way out are two calls. Values of
    two dimensions may be given for layer properties, which always store three.
    """
    for time, value in keys:
        prop.set_value_at_time(time, _stored(prop, value))
    after, before = ease
    for (start, _), (end, _) in pairwise(keys):
        earlier, later = prop.nearest_key(start), prop.nearest_key(end)
        earlier.out_temporal_ease = _eases(earlier.out_temporal_ease, after)
        later.in_temporal_ease = _eases(later.in_temporal_ease, before)


def fade_in(layer: Any, start: float, length: float = 0.3) -> None:
    """Bring `layer` from invisible to opaque between `start` and `start + length`, in seconds."""
    animate(layer.transform.opacity, (start, 0.0), (start + length, 100.0), ease=DRIFT)


def rise_in(layer: Any, start: float, distance: float = 28.0, length: float = 0.6) -> None:
    """Let `layer` rise `distance` pixels into its place while it fades in."""
    x, y = layer.transform.position.value[:2]
    animate(layer.transform.position, (start, [x, y + distance]), (start + length, [x, y]))
    fade_in(layer, start, length * 0.6)


def spin_in(layer: Any, turn: float, start: float, twist: float = 60.0) -> None:
    """Let a piece grow about its anchor point while it turns by `twist` degrees to `turn`."""
    landed = start + 0.7
    animate(layer.transform.scale, (start, [0, 0]), (landed, [100, 100]))
    animate(layer.transform.rotation, (start, turn - twist), (landed, turn))


def press_in(layer: Any, turn: float, start: float) -> None:
    """Let a piece, turned by `turn` degrees about its anchor point, come inwards into its gap."""
    layer.transform.rotation.value = turn
    animate(layer.transform.scale, (start, [134, 134]), (start + 0.5, [100, 100]))
    fade_in(layer, start, 0.16)


def _stored(prop: Any, value: Value) -> Any:
    if isinstance(value, int | float):
        return float(value)
    filler = 100.0 if prop.match_name == "ADBE Scale" else 0.0
    parts = [float(part) for part in value]
    return parts + [filler] * (prop.dimensions - len(parts))


def _eases(current: Sequence[Any], influence: float) -> list[KeyframeEase]:
    return [KeyframeEase(0.0, influence) for _ in current]
