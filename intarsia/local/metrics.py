"""Parsing of CloudWatch's embedded metric format: metrics that a function prints in its log.

AWS extracts these metrics from the log. The emulator does not, so `patches.embedded_metrics` does
it with `points_in`.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Point:
    """One value of one CloudWatch metric."""

    namespace: str
    name: str
    dimensions: dict[str, str]
    value: float
    unit: str
    time: float
    """Time of the value, in seconds since 1970."""


def points_in(log: str) -> Iterator[Point]:
    """Yield the metric values in `log`, a Lambda function's output.

    Lines without valid embedded metrics are skipped.
    """
    for line in log.splitlines():
        if '"_aws"' in line:
            try:
                yield from list(_points(json.loads(line)))
            except (ValueError, TypeError, KeyError, AttributeError):
                continue  # as on AWS, where such a line stays in the log only


def _points(document: dict[str, Any]) -> Iterator[Point]:
    about = document["_aws"]
    for directive in about["CloudWatchMetrics"]:
        # Each set of dimensions is a separate metric, and so is the empty set.
        for keys in directive.get("Dimensions") or [[]]:
            dimensions = {key: str(document[key]) for key in keys}
            for metric in directive["Metrics"]:
                values = document[metric["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    yield Point(
                        namespace=directive["Namespace"],
                        name=metric["Name"],
                        dimensions=dimensions,
                        value=float(value),
                        unit=metric.get("Unit", "None"),
                        time=about["Timestamp"] / 1000,
                    )
