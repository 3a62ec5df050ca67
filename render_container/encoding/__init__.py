"""Movie encoding: H.264, ProRes, and the lossless intermediate for the pieces of a render.

The compositor and the assembly of pieces share this package. A render in pieces is therefore
encoded exactly like one without pieces. The package imports no other package of the project.
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
