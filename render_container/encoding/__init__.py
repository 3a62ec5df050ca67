"""Writes movies: H.264, ProRes, and the pictures without loss that pieces of a render are.

The compositor and the assembly of pieces both write through it, so that a render in pieces is
encoded exactly as a whole one. It imports nothing of ours.
"""

from render_container.encoding.formats import FORMATS, INTERMEDIATE, MovieFormat
from render_container.encoding.movie import MovieWriter
from render_container.encoding.sound import SAMPLE_RATE, HeldSound, Samples, SoundSource

__all__ = [
    "FORMATS",
    "INTERMEDIATE",
    "SAMPLE_RATE",
    "HeldSound",
    "MovieFormat",
    "MovieWriter",
    "Samples",
    "SoundSource",
]
