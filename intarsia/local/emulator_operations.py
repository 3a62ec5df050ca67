"""Refusal of requests to the emulator that name their AWS operation ambiguously.

MiniStack authorizes the first operation that it finds in the query (`Action`), a form or the header
`x-amz-target`. The service that serves the request may read another of these places. Some services
read every body as a form, unless the header is their own.
"""

from intarsia.local.emulator_auth import RefusedError, Request

TARGETS = {
    "dynamodb": ("DynamoDB_20120810", "DynamoDBStreams_20120810"),
    "ecr": ("AmazonEC2ContainerRegistry_V20150921",),
    "ecs": ("AmazonEC2ContainerServiceV20141113",),
    "events": ("AWSEvents",),
    "kms": ("TrentService",),
    "logs": ("Logs_20140328",),
    "monitoring": ("GraniteServiceVersion20100801",),
    "secretsmanager": ("secretsmanager",),
    "servicequotas": ("ServiceQuotasV20190624",),
    "sqs": ("AmazonSQS",),
    "ssm": ("AmazonSSM",),
    "states": ("AWSStepFunctions",),
}
"""Prefixes of the header `x-amz-target`, by the service's name in signatures.

A service that is not listed gets no request with this header. From botocore's service models
(`targetPrefix` and `signingName`).
"""


def check_operation(request: Request, service: str) -> None:
    """Raise RefusedError unless a request names its operation once, where its service reads it.

    `service` is the service that the request is signed for. SDKs send a form, or the service's own
    header, in a POST to `/` without a query. All other requests name the operation by their path.
    """
    form = "x-www-form-urlencoded" in request.headers.get("content-type", "").lower()
    target = request.headers.get("x-amz-target")
    named = form or target is not None
    at_root = request.method == "POST" and request.path == "/"
    twice = (form and target is not None) or "Action" in request.query
    if twice or named != at_root or (named and request.query_string):
        raise RefusedError(
            "InvalidRequest",
            "The operation must be named once: by the path, or in the form or the X-Amz-Target "
            "header of a POST to / without a query.",
        )
    if target is not None:
        prefix, _, operation = target.partition(".")
        if prefix not in TARGETS.get(service, ()) or not operation.isalnum():
            raise RefusedError(
                "InvalidRequest", f"The X-Amz-Target header names no operation of {service}."
            )
