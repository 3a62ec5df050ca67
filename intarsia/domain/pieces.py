"""Pieces: ranges of one render's frames that several machines draw at once."""

from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

MOST_PIECES: Final = 20

WHOLE: Final = "whole"
ASSEMBLE: Final = "assemble"
"""WHOLE and ASSEMBLE are the parts that are not pieces; a piece's part is its number."""


class DrawnPiece(BaseModel):
    """The result of a drawn piece. Frames count from the composition's first."""

    model_config = ConfigDict(frozen=True)

    first: int
    frames: int
    """0 if the render has fewer frames than pieces and none is left for this one."""
    width: int  # pixels
    height: int  # pixels
    fps: float
    key: str | None = None
    """Key of the piece's pictures in the renders bucket, kept until assembly."""
    sound_key: str | None = None
    """Key of the whole render's sound, which the first piece renders."""
    seconds: float
    rendered_by: str
    missing_fonts: list[str] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)


class Piece(BaseModel):
    """One of a job's pieces, as stored in the job's item."""

    model_config = ConfigDict(frozen=True)

    attempt: int = 0
    """The job's attempt that took the piece last; 0: none."""
    progress: float = 0.0  # percent
    done: DrawnPiece | None = None


def piece_range(first: int, last: int, number: int, pieces: int) -> tuple[int, int] | None:
    """Return the first and last frame of piece `number`; None if it has no frame.

    Frames and pieces count from 0; `first` and `last` are the render's, both included. The pieces'
    ranges have no gap or overlap, and their lengths differ by at most one frame. Piece 0 always
    has a frame.
    """
    frames = last - first + 1
    begin, end = -(-frames * number // pieces), -(-frames * (number + 1) // pieces)
    return (first + begin, first + end - 1) if begin < end else None


@dataclass(frozen=True)
class Splitting:
    """The rule for drawing a render in pieces if its settings give no number of pieces."""

    frames: int = 0
    """Least number of frames of a render that is drawn in pieces; 0: never."""
    pieces: int = MOST_PIECES
    """Most pieces of one render."""

    def pieces_of(self, frames: int) -> int:
        """Return the number of pieces for a render of `frames` frames.

        1 below the threshold, 2 at the threshold, then one more for every half of the threshold,
        up to `self.pieces`.
        """
        if not self.frames or frames < self.frames:
            return 1
        return max(1, min(self.pieces, 2 * frames // self.frames, frames))
