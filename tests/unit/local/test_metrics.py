"""Embedded metrics: out of a function's log into the emulator's CloudWatch."""

import io
import json
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta

import pytest
from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from hypothesis import given
from hypothesis import strategies as st

from intarsia.local.metrics import Point, points_in

EMITTING = """
from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

metrics = Metrics(namespace="Test", service="there")


def handler(event, context):
    print("a line of the log")
    for value in event["values"]:
        metrics.add_metric(name="Apples", unit=MetricUnit.Count, value=value)
    metrics.flush_metrics()
    return {}
"""


def _printed(*values: float) -> str:
    """What Powertools prints for one metric with these values."""
    metrics = Metrics(namespace="Test", service="here")
    with redirect_stdout(io.StringIO()) as printed:
        for value in values:
            metrics.add_metric(name="Apples", unit=MetricUnit.Seconds, value=value)
        metrics.flush_metrics()
    return printed.getvalue()


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=150))
def test_every_value_that_powertools_prints_is_found(values):
    found = list(points_in(f"START\n{_printed(*values)}\nEND"))
    assert [point.value for point in found] == pytest.approx(values)
    assert {(p.namespace, p.name, p.unit) for p in found} == {("Test", "Apples", "Seconds")}
    assert {tuple(p.dimensions.items()) for p in found} == {(("service", "here"),)}
    assert found[0].time == pytest.approx(datetime.now(UTC).timestamp(), abs=60)


def test_each_set_of_dimensions_is_a_metric_of_its_own():
    directive = {
        "Namespace": "N",
        "Dimensions": [["fleet"], []],
        "Metrics": [{"Name": "M"}],
    }
    about = {"Timestamp": 5000, "CloudWatchMetrics": [directive]}
    line = json.dumps({"_aws": about, "fleet": "gpu", "M": 3})
    assert list(points_in(line)) == [
        Point("N", "M", {"fleet": "gpu"}, 3.0, "None", 5.0),
        Point("N", "M", {}, 3.0, "None", 5.0),
    ]


@pytest.mark.parametrize(
    "line",
    ['{"_aws": ', '{"_aws": 1}', '"_aws"', '{"_aws": {"CloudWatchMetrics": [{"Metrics": 1}]}}'],
)
def test_a_line_that_only_looks_like_metrics_hides_no_others(line):
    assert [point.value for point in points_in(f"{line}\n{_printed(7)}")] == [7]


def test_what_a_function_counts_is_a_metric_in_the_emulator(emulator, create_function, wait_for):
    create_function(emulator, "counting", EMITTING)
    functions = emulator.clients("lambda")
    answer = functions.invoke(FunctionName="counting", Payload=json.dumps({"values": [2, 3, 7]}))
    assert "FunctionError" not in answer, answer["Payload"].read()

    def statistics():
        return emulator.clients("cloudwatch").get_metric_statistics(
            Namespace="Test",
            MetricName="Apples",
            Dimensions=[{"Name": "service", "Value": "there"}],
            StartTime=datetime.now(UTC) - timedelta(minutes=5),
            EndTime=datetime.now(UTC) + timedelta(minutes=5),
            Period=3600,
            Statistics=["Sum", "Maximum", "SampleCount"],
        )["Datapoints"]

    (point,) = wait_for(statistics, "the metric")
    assert (point["Sum"], point["Maximum"], point["SampleCount"]) == (12, 7, 3)
