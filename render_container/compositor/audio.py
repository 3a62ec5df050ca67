"""Sound of a composition: the mix of its audio layers, at 48 kHz in stereo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from py_aep import CompItem, FootageItem, TextLayer

from render_container.compositor.containers import open_media
from render_container.compositor.errors import CompositorError, FootageError
from render_container.compositor.evaluate import source_time
from render_container.compositor.footage import FootageLibrary
from render_container.compositor.values import Values, is_moving
from render_container.encoding.sound import SAMPLE_RATE, Samples

_GRID = 480  # samples between readings of animated levels and time remaps
_DEEPEST = 100
_SILENT = -192.0  # decibels: After Effects' lowest level


def has_sound(comp: Any) -> bool:
    """Return whether any layer of a py-aep CompItem, or of one nested in it, is audible.

    The audio, solo and guide switches decide, not the sound itself: silent footage counts too.
    """
    pending, seen = [comp], {comp.id}
    while pending:
        for layer in pending.pop().layers:
            if not _is_heard(layer):
                continue
            if not isinstance(layer.source, CompItem):
                return True
            if layer.source.id not in seen:
                seen.add(layer.source.id)
                pending.append(layer.source)
    return False


def _is_heard(layer: Any) -> bool:
    if not getattr(layer, "audio_enabled", False) or isinstance(layer, TextLayer):
        return False
    if layer.source is None or getattr(layer, "guide_layer", False):
        return False
    if not isinstance(layer.source, CompItem) and not layer.has_audio:
        return False
    others = layer.containing_comp.layers
    return bool(layer.solo) or not any(other.solo and _may_sound(other) for other in others)


def _may_sound(layer: Any) -> bool:
    return bool(getattr(layer, "has_audio", False))


class Mixer:
    """A mixer of compositions' sound. It keeps each decoded file in memory.

    Args:
        footage: the library that finds the files of the layers' footage.
    """

    def __init__(self, footage: FootageLibrary) -> None:
        self._footage = footage
        self._values = Values()
        self._decoded: dict[int, Samples | None] = {}

    def mix(self, comp: Any, start: float, count: int) -> Samples:
        """Return the sound of a composition from composition time `start` on.

        Args:
            comp: the composition, a py-aep CompItem.
            start: the time of the first sample, in seconds.
            count: number of samples per channel.

        Raises:
            FootageError: if a file with sound is damaged, or is missing and colour bars may not
                replace missing footage. If they may, a missing file is silent.
            CompositorError: if compositions are nested more than 100 levels deep.
        """
        times = start + np.arange(count, dtype=np.float64) / SAMPLE_RATE
        return self._comp(comp, times, 0)

    def _comp(self, comp: Any, times: NDArray[np.float64], depth: int) -> Samples:
        if depth > _DEEPEST:
            raise CompositorError(f"composition {comp.name!r} is nested in itself.")
        total = np.zeros((2, len(times)), dtype=np.float32)
        for layer in comp.layers:
            if not _is_heard(layer):
                continue
            first, last = sorted((float(layer.in_point), float(layer.out_point)))
            half = 0.5 / SAMPLE_RATE
            inside = (times >= first - half) & (times < last - half)
            where = np.flatnonzero(inside)
            if not len(where):
                continue
            part = slice(where[0], where[-1] + 1)
            total[:, part] += self._layer(layer, times[part], depth)
        return total

    def _layer(self, layer: Any, times: NDArray[np.float64], depth: int) -> Samples:
        inner = self._source_times(layer, times)
        source = layer.source
        if isinstance(source, CompItem):
            within = (inner >= -1e-6) & (inner < float(source.duration))
            sound = self._comp(source, inner, depth + 1) * within.astype(np.float32)
        else:
            sound = self._file_samples(source, inner)
        return sound * self._gain(layer, times)

    def _source_times(self, layer: Any, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the times (seconds) in a layer's source that it plays at composition `times`.

        Without time remapping they are linear. With it, every 480th is evaluated, and the others
        are interpolated.
        """
        if not layer.time_remap_enabled:
            begin = source_time(layer, 0.0, self._values)
            return begin + times * (source_time(layer, 1.0, self._values) - begin)
        grid = _grid(times)
        read = [source_time(layer, float(time), self._values) for time in grid]
        return np.interp(times, grid, read)

    def _file_samples(self, item: Any, times: NDArray[np.float64]) -> Samples:
        sound = self._decode(item)
        if sound is None:
            return np.zeros((2, len(times)), dtype=np.float32)
        positions = times * SAMPLE_RATE
        whole = np.rint(positions)
        if np.abs(positions - whole).max(initial=0.0) < 0.01:  # aligned: no interpolation
            return _pick(sound, whole.astype(np.int64))
        low = np.floor(positions)
        share = (positions - low).astype(np.float32)
        index = low.astype(np.int64)
        return _pick(sound, index) * (1 - share) + _pick(sound, index + 1) * share

    def _decode(self, item: Any) -> Samples | None:
        if item.id not in self._decoded:
            self._decoded[item.id] = None
            if isinstance(item, FootageItem) and (path := self._footage.file(item)):
                loop = max(1, int(item.main_source.loop))
                sound = read_sound(path)
                self._decoded[item.id] = sound if loop == 1 else np.tile(sound, (1, loop))
        return self._decoded[item.id]

    def _gain(self, layer: Any, times: NDArray[np.float64]) -> Samples:
        group = layer["ADBE Audio Group"]
        if not is_moving(group["ADBE Audio Levels"]):
            levels = self._values.at(group, "ADBE Audio Levels", 0.0)
            return np.array([[_factor(levels[0])], [_factor(levels[1])]], dtype=np.float32)
        grid = _grid(times)
        read = [self._values.at(group, "ADBE Audio Levels", float(time)) for time in grid]
        curves = [np.interp(times, grid, [_factor(levels[side]) for levels in read])
                  for side in (0, 1)]  # fmt: skip
        return np.array(curves, dtype=np.float32)


def _factor(decibels: float) -> float:
    return 0.0 if decibels <= _SILENT else float(10 ** (decibels / 20))


def _grid(times: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.append(times[::_GRID], times[-1])


def _pick(sound: Samples, index: NDArray[np.int64]) -> Samples:
    """Return the samples of `sound` at the positions in `index`; silence outside of `sound`."""
    inside = (index >= 0) & (index < sound.shape[1])
    picked: Samples = sound[:, np.clip(index, 0, sound.shape[1] - 1)]
    picked *= inside  # in place: indexing by an array has made a copy
    return picked


def read_sound(path: Path) -> Samples:
    """Decode a file's first audio stream, and return it at 48 kHz in stereo.

    Returns one silent sample if the file has no sound. Raises FootageError, which names the
    file, if it cannot be read.
    """
    try:
        with open_media(path) as container:
            if not container.streams.audio:
                return np.zeros((2, 1), dtype=np.float32)
            pieces = list(_resampled(container))
    except (av.FFmpegError, OSError) as error:
        raise FootageError(f"Could not read from source {path}: {error}") from error
    return np.concatenate(pieces, axis=1) if pieces else np.zeros((2, 1), dtype=np.float32)


def _resampled(container: Any) -> Iterator[Samples]:
    """Yield the first audio stream of an open PyAV container in chunks, at 48 kHz in stereo.

    If the stream starts later than its time 0, silence is yielded up to its start.
    """
    stream = container.streams.audio[0]
    mono = stream.channels == 1
    resampler = av.AudioResampler(
        format="fltp", layout="mono" if mono else "stereo", rate=SAMPLE_RATE
    )
    started = False
    for frame in container.decode(stream):
        if not started:
            started = True
            gap = round(float(frame.time or 0.0) * SAMPLE_RATE)
            if gap > 0:
                yield np.zeros((2, gap), dtype=np.float32)
        for piece in resampler.resample(frame):
            yield _stereo(piece)
    if started:
        for piece in resampler.resample(None):
            yield _stereo(piece)


def _stereo(frame: Any) -> Samples:
    samples = np.asarray(frame.to_ndarray(), dtype=np.float32)
    return np.repeat(samples, 2, axis=0) if samples.shape[0] == 1 else samples
