"""Pieces: ranges of the frames of one render, which several machines render in parallel."""

from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

MOST_PIECES: Final = 20

WHOLE: Final = "whole"
ASSEMBLE: Final = "assemble"
"""Name of the part of a job that assembles its pieces.

WHOLE is the only part of a job without pieces. The parts that render pieces have their numbers.
"""


class DrawnPiece(BaseModel):
    """The result of a rendered piece. `first` counts from the composition's first frame, from 0."""

    model_config = ConfigDict(frozen=True)

    first: int
    frames: int
    """Number of frames; 0 if the render has fewer frames than pieces and none for this one."""
    width: int  # pixels
    height: int  # pixels
    fps: float
    key: str | None = None
    """Key in the renders bucket of the piece's movie, or ZIP of images, kept until assembly.

    None if the piece has no frames.
    """
    sound_key: str | None = None
    """Key in the renders bucket of the sound of the whole render, which the first piece renders.

    None for other pieces, and for a render without sound.
    """
    seconds: float
    rendered_by: str
    missing_fonts: list[str] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)


class Piece(BaseModel):
    """One of a job's pieces, as stored in the job's item in the table."""

    model_config = ConfigDict(frozen=True)

    attempt: int = 0
    """Number of the job's attempt whose worker claimed the piece last; 0 if none has."""
    progress: float = 0.0  # percent
    done: DrawnPiece | None = None


def piece_range(first: int, last: int, number: int, pieces: int) -> tuple[int, int] | None:
    """Return the first and last frame of piece `number`; None if it has no frame.

    Frames and pieces count from 0. `first` and `last` are the render's first and last frame, and
    `pieces` is the number of its pieces. The pieces' ranges have no gap or overlap, and their
    lengths differ by at most one frame. Piece 0 always has a frame.
    """
    frames = last - first + 1
    begin, end = -(-frames * number // pieces), -(-frames * (number + 1) // pieces)
    return (first + begin, first + end - 1) if begin < end else None


@dataclass(frozen=True)
class Splitting:
    """The rule for the number of pieces of a render whose settings do not give it."""

    frames: int = 0
    """Threshold: minimum number of frames of a render in pieces; 0 if no render is split."""
    pieces: int = MOST_PIECES
    """Maximum number of pieces of one render."""

    def pieces_of(self, frames: int) -> int:
        """Return the number of pieces for a render of `frames` frames; 1 to render it as a whole.

        It is 1 below the threshold `self.frames` and 2 at the threshold. It grows by one with every
        further half of the threshold, up to `self.pieces`.
        """
        if not self.frames or frames < self.frames:
            return 1
        return max(1, min(self.pieces, 2 * frames // self.frames, frames))
