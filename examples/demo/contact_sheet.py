"""A contact sheet: a row of frames for each job, the parent first."""

from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

from intarsia.cli.tree import name_of
from intarsia.client.models import Job, Output
from render_container import compositor

COLUMNS = 5
CELL = (384, 216)  # pixels
GAP = 20
LABEL = 46
MARGIN = 40
GROUND, INK, FAINT = (24, 21, 19), (236, 228, 216), (150, 138, 124)
CHECKS = ((58, 54, 50), (44, 41, 38))
FONTS = Path(compositor.__file__).parent / "fonts"


def draw_contact_sheet(path: Path, jobs: list[Job], files: dict[str, Path]) -> None:
    """Write a PNG with COLUMNS evenly spaced frames of each job's output.

    All jobs must have finished. Raises ValueError if a job has no output.
    """
    row_height = LABEL + CELL[1] + GAP
    size = (
        2 * MARGIN + COLUMNS * CELL[0] + (COLUMNS - 1) * GAP,
        2 * MARGIN + len(jobs) * row_height - GAP,
    )
    sheet = Image.new("RGB", size, GROUND)
    draw = ImageDraw.Draw(sheet)
    title = ImageFont.truetype(FONTS / "LiberationSans-Bold.ttf", 24)
    detail = ImageFont.truetype(FONTS / "LiberationSans-Regular.ttf", 18)
    for row, job in enumerate(jobs):
        top = MARGIN + row * row_height
        if job.output is None:
            raise ValueError(f"job {job.id} has no output")
        draw.text((MARGIN, top), name_of(job), INK, title)
        draw.text(
            (MARGIN + draw.textlength(name_of(job), title) + 16, top + 5),
            _describe(job.slot, job.output),
            FAINT,
            detail,
        )
        for column, frame in enumerate(_frames(files[job.id], job.output.frames)):
            left = MARGIN + column * (CELL[0] + GAP)
            sheet.paste(_fitted(frame), (left, top + LABEL))
    sheet.save(path, optimize=True)


def _describe(slot: str | None, output: Output) -> str:
    into = f"set into {slot}   ·   " if slot else ""
    return (
        f"{into}{output.width} × {output.height}   ·   {output.frames} frames at {output.fps:g} fps"
    )


def _frames(path: Path, count: int) -> list[Image.Image]:
    """Return COLUMNS frames, from the middles of equal parts of the video."""
    wanted = [int((column + 0.5) * count / COLUMNS) for column in range(COLUMNS)]
    with av.open(path) as container:
        kept = {
            number: frame.to_ndarray(format="rgba")
            for number, frame in enumerate(container.decode(video=0))
            if number in wanted
        }
    return [Image.fromarray(kept[number]) for number in wanted]


def _fitted(frame: Image.Image) -> Image.Image:
    """Return a cell with the frame scaled into it, on a checkerboard if it is transparent."""
    frame.thumbnail(CELL, Image.Resampling.LANCZOS)
    cell = Image.new("RGB", CELL, CHECKS[0])
    squares = ImageDraw.Draw(cell)
    side = 12
    for x in range(0, CELL[0], side):
        for y in range(0, CELL[1], side):
            if (x + y) // side % 2:
                squares.rectangle((x, y, x + side - 1, y + side - 1), CHECKS[1])
    corner = ((CELL[0] - frame.width) // 2, (CELL[1] - frame.height) // 2)
    cell.paste(frame, corner, frame)
    return cell
