"""Pieces: ranges of one render's frames that several machines draw at once."""

from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

MOST_PIECES: Final = 20

WHOLE: Final = "whole"
ASSEMBLE: Final = "assemble"
"""What a task is for, when it is not a piece, whose number it is told."""


class DrawnPiece(BaseModel):
    """What a piece has come to. Frames count from the composition's first."""

    model_config = ConfigDict(frozen=True)

    first: int
    frames: int
    """None fell to it if 0."""
    width: int  # pixels
    height: int  # pixels
    fps: float
    key: str | None = None
    """Of its pictures in the renders bucket, in which pieces lie until they are assembled."""
    sound_key: str | None = None
    """Of the whole range's sound, which the first piece renders."""
    seconds: float
    rendered_by: str
    missing_fonts: list[str] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)


class Piece(BaseModel):
    """One of a job's pieces, as it stands in the job's item."""

    model_config = ConfigDict(frozen=True)

    attempt: int = 0
    """The job's attempt that took it last."""
    progress: float = 0.0  # percent
    done: DrawnPiece | None = None


def piece_range(first: int, last: int, number: int, pieces: int) -> tuple[int, int] | None:
    """First and last frame of piece `number`, counted from 0; None if there is none for it.

    The ranges of all pieces follow each other without gap or overlap and differ by one frame; of
    few frames the first piece has one.
    """
    frames = last - first + 1
    begin, end = -(-frames * number // pieces), -(-frames * (number + 1) // pieces)
    return (first + begin, first + end - 1) if begin < end else None


@dataclass(frozen=True)
class Splitting:
    """When a render that does not say so is drawn in pieces."""

    frames: int = 0
    """From how many frames on; 0: never."""
    pieces: int = MOST_PIECES
    """At most how many."""

    def pieces_of(self, frames: int) -> int:
        """How many pieces so many frames are drawn in: two at the threshold, then one for every
        half of it."""
        if not self.frames or frames < self.frames:
            return 1
        return max(1, min(self.pieces, 2 * frames // self.frames, frames))
