"""Inspection of H.264 and H.265 packets, to decide whether clips can be joined without
encoding them again.

ISO/IEC 14496-15 defines the layouts of the `avcC` and `hvcC` boxes. ITU-T H.264 (table 7-1) and
H.265 (table 7-1) define the types of NAL units.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class _Codec:
    shift: int
    mask: int
    pictures: frozenset[int]
    closed: frozenset[int]
    """Types of IDR pictures: no later picture references a picture before them."""
    parameters: frozenset[int]

    def kind(self, unit: bytes) -> int:
        return (unit[0] >> self.shift) & self.mask if unit else -1


_CODECS: Final = {
    "h264": _Codec(0, 31, frozenset(range(1, 6)), frozenset({5}), frozenset({7, 8, 13, 15})),
    "hevc": _Codec(1, 63, frozenset(range(32)), frozenset({19, 20}), frozenset({32, 33, 34})),
}


class NoParametersError(ValueError):
    """Failure to inspect a stream, because its codec or its header does not allow it.

    The codec is neither H.264 nor H.265, or the header is not a valid avcC or hvcC box.
    """


class Inspector:
    """An inspector of the packets of a clip's video stream.

    `codec` is FFmpeg's name of the codec. `header` is the content of the avcC or hvcC box. Raises
    NoParametersError if the codec is neither H.264 nor H.265, or if the header is not such a box.
    """

    def __init__(self, codec: str, header: bytes) -> None:
        if codec not in _CODECS:
            raise NoParametersError(codec)
        self._codec = _CODECS[codec]
        try:
            self._length, known = (_avcc if codec == "h264" else _hvcc)(header)
        except IndexError as error:
            raise NoParametersError(codec) from error
        if header[0] != 1 or not known:
            raise NoParametersError(codec)
        self._known = frozenset(known)
        self.begins_closed: bool | None = None
        """True if the first packet holds an IDR picture; None before the first packet is read."""
        self.ends_closed = False
        """True if the last packet read holds an IDR picture."""
        self.changes = False
        """True if a packet holds parameter sets that differ from those in the header."""
        self.damaged = False
        """True if a packet does not consist of whole NAL units."""

    def read(self, packet: bytes) -> None:
        """Inspect the next packet, in decoding order, and update the attributes."""
        closed = False
        for unit in self._units(packet):
            kind = self._codec.kind(unit)
            if kind in self._codec.parameters and unit not in self._known:
                self.changes = True
            closed = closed or kind in self._codec.closed
        if self.begins_closed is None:
            self.begins_closed = closed
        self.ends_closed = closed

    def _units(self, packet: bytes) -> Iterator[bytes]:
        at = 0
        while at < len(packet):
            size = int.from_bytes(packet[at : at + self._length], "big")
            at += self._length
            if size < 1 or at + size > len(packet):
                self.damaged = True
                return
            yield packet[at : at + size]
            at += size


def _avcc(header: bytes) -> tuple[int, list[bytes]]:
    sets: list[bytes] = []
    at = _sets(header, 6, header[5] & 31, sets)
    _sets(header, at + 1, header[at], sets)
    return (header[4] & 3) + 1, sets


def _hvcc(header: bytes) -> tuple[int, list[bytes]]:
    sets: list[bytes] = []
    at = 23
    for _ in range(header[22]):
        at = _sets(header, at + 3, int.from_bytes(header[at + 1 : at + 3], "big"), sets)
    return (header[21] & 3) + 1, sets


def _sets(header: bytes, at: int, count: int, into: list[bytes]) -> int:
    for _ in range(count):
        size = int.from_bytes(header[at : at + 2], "big")
        if at + 2 + size > len(header):
            raise IndexError
        into.append(header[at + 2 : at + 2 + size])
        at += 2 + size
    return at
