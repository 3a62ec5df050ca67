"""Drawing of a dashboard in CloudWatch's layout."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from math import ceil, floor, log10
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from examples.dashboard.reading import PERIOD, Line, Reading, Widget
from render_container import compositor

FONTS = Path(compositor.__file__).parent / "fonts"
COLUMN, ROW = 78, 50  # pixels of a cell of CloudWatch's grid
HEADER, MARGIN, GAP = 84, 28, 12  # pixels
LEFT, RIGHT, TOP, BOTTOM = 66, 34, 64, 52  # pixels between a graph's frame and its plot
LEGEND = 22  # pixels a row
GROUND, CARD, INK, FAINT, GRID = "#f2f3f3", "#ffffff", "#16191f", "#5f6b7a", "#e3e6e9"
COLOURS = (
    "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd",
    "#8c564b", "#e377c2", "#17becf", "#bcbd22", "#7f7f7f",
)  # fmt: skip
NO_DATA = "no data in this run"

Point = tuple[float, float]


def draw_dashboard(path: Path, reading: Reading) -> None:
    """Draw the dashboard and write it to `path` as a PNG."""
    columns = max(widget.x + widget.width for widget in reading.widgets)
    rows = max(widget.y + widget.height for widget in reading.widgets)
    size = (2 * MARGIN + columns * COLUMN, HEADER + MARGIN + rows * ROW)
    image = Image.new("RGB", size, GROUND)
    draw = ImageDraw.Draw(image)
    draw.text((MARGIN, 22), reading.name, INK, _font(30, bold=True))
    draw.text((MARGIN, 58), _span(reading), FAINT, _font(17))
    for widget in reading.widgets:
        left, top = MARGIN + widget.x * COLUMN, HEADER + widget.y * ROW
        box = (left, top, left + widget.width * COLUMN, top + widget.height * ROW)
        if widget.is_text:
            draw.text((box[0], box[1] + 18), widget.title, INK, _font(24, bold=True))
        else:
            _Graph(draw, box, widget, reading).draw()
    image.save(path, optimize=True)


def _span(reading: Reading) -> str:
    first, last = (datetime.fromtimestamp(at, UTC) for at in (reading.began, reading.ended))
    return f"{first:%d %B %Y, %H:%M} to {last:%H:%M} UTC, a value every {PERIOD} seconds"


def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"LiberationSans-{'Bold' if bold else 'Regular'}.ttf", size)


class _Graph:
    """One graph in its frame."""

    def __init__(
        self,
        draw: ImageDraw.ImageDraw,
        box: tuple[int, int, int, int],
        widget: Widget,
        reading: Reading,
    ) -> None:
        self._draw, self._widget = draw, widget
        self._frame = (box[0], box[1] + GAP // 2, box[2] - GAP, box[3] - GAP // 2)
        left, top, right, bottom = self._frame
        self._began = floor(reading.began / PERIOD) * PERIOD
        self._ended = max(ceil(reading.ended / PERIOD) * PERIOD, self._began + PERIOD)
        self._lines = [
            (line, line.colour or COLOURS[number % len(COLOURS)])
            for number, line in enumerate(widget.lines)
        ]
        self._shown = [pair for pair in self._lines if pair[0].values]
        self._most = _round_up(1.05 * self._highest())
        self._legend, rows = self._legend_places()
        self._plot = (left + LEFT, top + TOP, right - RIGHT, bottom - BOTTOM - rows * LEGEND)

    def draw(self) -> None:
        left, top, right, _ = self._frame
        self._draw.rounded_rectangle(self._frame, 8, CARD, GRID)
        self._draw.text((left + 16, top + 14), self._widget.title, INK, _font(18, bold=True))
        self._draw.text((left + 16, top + 38), self._widget.unit, FAINT, _font(14))
        self._axes()
        if not self._shown:
            middle = ((left + right) // 2, (self._plot[1] + self._plot[3]) // 2)
            self._draw.text(middle, NO_DATA, FAINT, _font(17), anchor="mm")
        elif self._widget.stacked:
            self._areas()
        else:
            for line, colour in self._shown:
                self._line(line.values, colour)
        self._draw_legend()

    def _highest(self) -> float:
        if self._widget.stacked:
            return max((sum(column) for column in zip(*self._columns(), strict=True)), default=0)
        return max((value for line, _ in self._shown for _, value in line.values), default=0)

    def _times(self) -> list[float]:
        return sorted({at for line, _ in self._shown for at, _ in line.values})

    def _columns(self) -> list[list[float]]:
        """Return each line's values at all times; 0 where a line has none."""
        return [[dict(line.values).get(at, 0.0) for at in self._times()] for line, _ in self._shown]

    def _at(self, time: float, value: float) -> Point:
        left, top, right, bottom = self._plot
        # A value stands in the middle of its period.
        passed = (time + PERIOD / 2 - self._began) / (self._ended - self._began)
        return left + passed * (right - left), bottom - value / self._most * (bottom - top)

    def _axes(self) -> None:
        left, _, right, bottom = self._plot
        for step in range(5):
            value = self._most * step / 4
            y = self._at(0, value)[1]
            self._draw.line((left, y, right, y), GRID if step else FAINT, 1)
            if self._shown:
                self._draw.text((left - 8, y), _number(value), FAINT, _font(14), anchor="rm")
        minutes = (self._ended - self._began) / 60
        every = next(each for each in (1, 2, 5, 10, 15, 30, 60, 180) if minutes / each <= 6)
        time = self._began
        while time <= self._ended:
            x = left + (time - self._began) / (self._ended - self._began) * (right - left)
            self._draw.line((x, bottom, x, bottom + 5), FAINT, 1)
            label = f"{datetime.fromtimestamp(time, UTC):%H:%M}"
            self._draw.text((x, bottom + 9), label, FAINT, _font(14), anchor="mt")
            time += every * 60

    def _line(self, values: Sequence[Point], colour: str) -> None:
        """Draw a line that joins adjacent periods, with gaps where there are no values."""
        for first, second in pairwise(values):
            if second[0] - first[0] <= PERIOD:
                self._draw.line((self._at(*first), self._at(*second)), colour, 3)
        for value in values:
            x, y = self._at(*value)
            self._draw.ellipse((x - 4, y - 4, x + 4, y + 4), colour)

    def _areas(self) -> None:
        times = self._times()
        below = [0.0] * len(times)
        for (_, colour), column in zip(self._shown, self._columns(), strict=True):
            above = [low + value for low, value in zip(below, column, strict=True)]
            upper = [self._at(*point) for point in zip(times, above, strict=True)]
            lower = [self._at(*point) for point in zip(times, below, strict=True)]
            if len(times) > 1:
                self._draw.polygon([*upper, *reversed(lower)], colour)
            else:
                self._draw.line((*upper, *lower), colour, 12)
            below = above

    def _legend_places(self) -> tuple[list[tuple[float, int]], int]:
        """Return the x position and row of each line's entry, and the number of rows."""
        left, _, right, _ = self._frame
        places: list[tuple[float, int]] = []
        x, row = left + 16.0, 0
        for line, _ in self._lines:
            width = 38 + self._draw.textlength(_entry(line), _font(14))
            if x + width > right and x > left + 16:
                x, row = left + 16.0, row + 1
            places.append((x, row))
            x += width
        return places, row + 1

    def _draw_legend(self) -> None:
        for (line, colour), (x, row) in zip(self._lines, self._legend, strict=True):
            y = self._plot[3] + 38 + row * LEGEND
            self._draw.rectangle((x, y + 4, x + 12, y + 8), colour if line.values else GRID)
            self._draw.text((x + 20, y - 2), _entry(line), INK if line.values else FAINT, _font(14))


def _entry(line: Line) -> str:
    return f"{line.label}  {_told(line)}"


def _told(line: Line) -> str:
    """Return a line's number for the whole run: its sum, maximum or mean, by its statistic."""
    values = [value for _, value in line.values]
    if not values:
        return "–"
    if line.statistic == "Sum":
        return _number(sum(values))
    return _number(max(values) if line.statistic == "Maximum" else sum(values) / len(values))


def _number(value: float) -> str:
    if value >= 10_000:
        return f"{value / 1000:.0f} k"
    if value >= 100 or value == round(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def _round_up(value: float) -> float:
    """Return the next higher value that divides well into four."""
    if value <= 0:
        return 4
    scale: float = 10.0 ** floor(log10(value))
    return next(step * scale for step in (1, 2, 4, 8, 10, 20) if step * scale >= value)
