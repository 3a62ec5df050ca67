"""A dashboard's body, and the metric data for its graphs."""

import ast
import json
import operator
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Self

PERIOD = 60  # seconds; the shortest that CloudWatch keeps

Values = dict[float, float]
"""Values of a metric by the start of their period, in seconds since 1970."""


@dataclass(frozen=True)
class Line:
    """One metric of a graph."""

    label: str
    colour: str | None
    statistic: str
    values: list[tuple[float, float]]


@dataclass(frozen=True)
class Widget:
    """One part of the dashboard, with its place in cells of CloudWatch's grid."""

    x: int
    y: int
    width: int
    height: int
    title: str
    is_text: bool
    unit: str = ""
    stacked: bool = False
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A dashboard with its data between `began` and `ended`, in seconds since 1970."""

    name: str
    began: float
    ended: float
    widgets: tuple[Widget, ...]

    def document(self) -> dict[str, Any]:
        """Return the reading as a JSON document."""
        return asdict(self)

    @classmethod
    def of_document(cls, document: dict[str, Any]) -> Self:
        """Return the reading from a document that `document` returned."""
        widgets = tuple(
            Widget(**widget | {"lines": tuple(map(_line_of, widget["lines"]))})
            for widget in document["widgets"]
        )
        return cls(document["name"], document["began"], document["ended"], widgets)


def _line_of(document: dict[str, Any]) -> Line:
    return Line(**document | {"values": [(at, value) for at, value in document["values"]]})


def read(cloudwatch: Any, name: str, began: float, ended: float) -> Reading:
    """Return the dashboard `name` with its data between two times (seconds since 1970)."""
    body = json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])

    def fetch(metric: list[Any], statistic: str) -> Values:
        return _fetch(cloudwatch, metric, statistic, began, ended)

    widgets = tuple(_widget(each, fetch) for each in body["widgets"])
    return Reading(name, began, ended, widgets)


Fetch = Callable[[list[Any], str], Values]


def _widget(widget: dict[str, Any], fetch: Fetch) -> Widget:
    place = widget["x"], widget["y"], widget["width"], widget["height"]
    properties = widget["properties"]
    if widget["type"] == "text":
        return Widget(*place, properties["markdown"].lstrip("# "), is_text=True)
    return Widget(
        *place,
        properties["title"],
        is_text=False,
        unit=properties["yAxis"]["left"]["label"],
        stacked=properties["stacked"],
        lines=tuple(lines_of(properties["metrics"], fetch)),
    )


def lines_of(metrics: list[list[Any]], fetch: Fetch) -> list[Line]:
    """Return the visible lines of a graph, with expressions evaluated from its other metrics."""
    found: list[Line] = []
    by_id: dict[str, Values] = {}
    for metric in metrics:
        options = metric[-1] if isinstance(metric[-1], dict) else {}
        if "expression" not in options:
            statistic = options.get("stat", "Average")
            values = fetch([part for part in metric if isinstance(part, str)], statistic)
            by_id[options.get("id", "")] = values
            if options.get("visible", True):
                found.append(_line(options, statistic, values))
    for metric in metrics:
        options = metric[-1]
        if isinstance(options, dict) and "expression" in options:
            found.append(_line(options, "Average", evaluated(options["expression"], by_id)))
    return found


def _line(options: dict[str, Any], statistic: str, values: Values) -> Line:
    return Line(options.get("label", ""), options.get("color"), statistic, sorted(values.items()))


OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluated(expression: str, by_id: dict[str, Values]) -> Values:
    """Evaluate metric math with numbers, metrics, `+ - * /` and PERIOD().

    Times with missing data are left out. SERVICE_QUOTA(), which only AWS can provide, has no data.
    Raises ValueError for anything else.
    """
    times = {at for values in by_id.values() for at in values}
    tree = ast.parse(expression, mode="eval").body
    worked = {at: _at(tree, at, by_id) for at in times}
    return {at: value for at, value in worked.items() if value is not None}


def _at(node: ast.expr, at: float, by_id: dict[str, Values]) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return by_id[name].get(at)
        case ast.Call(func=ast.Name(id="PERIOD")):
            return float(PERIOD)
        case ast.Call(func=ast.Name(id="SERVICE_QUOTA")):
            return None
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            first, second = _at(left, at, by_id), _at(right, at, by_id)
            if first is None or second is None:
                return None
            return OPERATORS[type(op)](first, second)
    raise ValueError(f"metric math that is not known here: {ast.unparse(node)}")


def _fetch(
    cloudwatch: Any, metric: list[str], statistic: str, began: float, ended: float
) -> Values:
    namespace, name, *pairs = metric
    dimensions = [
        {"Name": key, "Value": value} for key, value in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    answer = cloudwatch.get_metric_data(
        StartTime=datetime.fromtimestamp(began, UTC),
        EndTime=datetime.fromtimestamp(ended, UTC),
        MetricDataQueries=[
            {
                "Id": "m",
                "MetricStat": {
                    "Metric": {
                        "Namespace": namespace,
                        "MetricName": name,
                        "Dimensions": dimensions,
                    },
                    "Period": PERIOD,
                    "Stat": statistic,
                },
            }
        ],
    )
    (result,) = answer["MetricDataResults"]
    return {
        at.timestamp(): value
        for at, value in zip(result["Timestamps"], result["Values"], strict=True)
    }
