"""The dashboard's picture: what is read for it, and what is drawn."""

import json

import numpy as np
import pytest
from PIL import Image

from examples.dashboard.drawing import draw_dashboard
from examples.dashboard.reading import Line, Reading, Widget, evaluated, lines_of

MINUTE = 60.0


def test_metric_math_is_worked_out_where_all_its_data_is():
    values = {"a": {0.0: 120.0, 60.0: 30.0}, "b": {0.0: 4.0}}
    assert evaluated("a / PERIOD(a)", values) == {0.0: 2.0, 60.0: 0.5}
    assert evaluated("100 * a / b", values) == {0.0: 3000.0}
    assert evaluated("100 * a / SERVICE_QUOTA(a)", values) == {}


@pytest.mark.parametrize("expression", ["RATE(a)", "a ** 2", "__import__('os')"])
def test_other_metric_math_is_refused(expression):
    with pytest.raises(ValueError, match="not known here"):
        evaluated(expression, {"a": {0.0: 1.0}})


def test_hidden_metrics_only_serve_expressions():
    asked = []

    def fetch(metric, statistic):
        asked.append((metric, statistic))
        return {0.0: 60.0}

    lines = lines_of(
        [
            [{"expression": "s / PERIOD(s)", "label": "busy"}],
            ["N", "Seconds", "service", "x", {"id": "s", "visible": False, "stat": "Sum"}],
            ["N", "Jobs", {"label": "jobs", "color": "#123456", "stat": "Sum"}],
        ],
        fetch,
    )
    assert asked == [(["N", "Seconds", "service", "x"], "Sum"), (["N", "Jobs"], "Sum")]
    assert {line.label: line.values for line in lines} == {
        "busy": [(0.0, 1.0)],
        "jobs": [(0.0, 60.0)],
    }
    assert next(line.colour for line in lines if line.label == "jobs") == "#123456"


def picture(path, *lines):
    graph = Widget(0, 1, 12, 6, "Jobs", is_text=False, unit="jobs", lines=lines)
    header = Widget(0, 0, 12, 1, "Are jobs finishing?", is_text=True)
    draw_dashboard(path, Reading("studio", 0.0, 5 * MINUTE, (header, graph)))
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def test_a_line_rises_where_its_values_do(tmp_path):
    values = [(minute * MINUTE, 2.0 * minute) for minute in range(5)]
    pixels = picture(tmp_path / "a.png", Line("jobs", "#ff0000", "Sum", values))
    rows, columns = np.nonzero((pixels == (255, 0, 0)).all(axis=2)[:300])
    first, last = columns < columns.min() + 20, columns > columns.max() - 20
    assert rows[first].mean() > rows[last].mean() + 60


def test_a_gap_is_not_bridged(tmp_path):
    values = [(0.0, 1.0), (4 * MINUTE, 1.0)]
    pixels = picture(tmp_path / "a.png", Line("jobs", "#ff0000", "Sum", values))
    columns = np.unique(np.nonzero((pixels == (255, 0, 0)).all(axis=2)[:300])[1])
    assert np.diff(columns).max() > 100


def test_a_reading_survives_its_file():
    line = Line("jobs", None, "Sum", [(0.0, 1.0)])
    graph = Widget(0, 1, 12, 6, "Jobs", is_text=False, unit="jobs", lines=(line,))
    reading = Reading("studio", 0.0, MINUTE, (graph,))
    assert Reading.of_document(json.loads(json.dumps(reading.document()))) == reading
