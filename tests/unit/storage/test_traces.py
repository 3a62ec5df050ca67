import boto3
import pytest
from botocore.stub import Stubber

from intarsia.storage.executions import Executions
from intarsia.storage.traces import Traces

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:studio-RenderJob"
GIVEN = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
OWN = "Root=1-6759e988-bd862e3fe1be46a994272793;Parent=63995c3f42cd8ad8;Sampled=1"


@pytest.fixture
def xray(aws):
    client = boto3.client("xray")
    with Stubber(client) as stub:
        yield client, stub


def test_a_segment_is_sent_as_json(xray):
    client, stub = xray
    segment = {"name": "Maß", "start_time": 1.5}
    stub.add_response(
        "put_trace_segments",
        {"UnprocessedTraceSegments": []},
        {"TraceSegmentDocuments": ['{"name": "Maß", "start_time": 1.5}']},
    )
    Traces(lambda: client).put(segment)
    stub.assert_no_pending_responses()


def test_a_segment_that_is_refused_is_no_success(xray):
    client, stub = xray
    refused = {"UnprocessedTraceSegments": [{"ErrorCode": "Invalid", "Message": "trace_id"}]}
    stub.add_response("put_trace_segments", refused)
    with pytest.raises(ValueError, match="trace_id"):
        Traces(lambda: client).put({})


class TestExecutions:
    """In a function botocore sends the header of the function's own call."""

    @pytest.fixture
    def sent(self, aws, monkeypatch):
        """Headers of the requests, which go no further."""
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "studio-admit")
        monkeypatch.setenv("_X_AMZN_TRACE_ID", OWN)
        client, headers = boto3.session.Session().client("stepfunctions"), []

        def stop(request, **_):
            headers.append(request.headers)
            raise InterruptedError

        client.meta.events.register_first("before-send.sfn.StartExecution", stop)
        return client, headers

    @pytest.mark.parametrize(
        ("trace", "followed"),
        [
            (GIVEN, GIVEN),
            (f"{GIVEN};Lineage={'a87bd80c:1|' * 40}", GIVEN),  # stored by an earlier release
            (GIVEN[:30] + "x" * 300, OWN),
            (None, OWN),
        ],
        ids=["given", "with a long lineage", "of another form", "none"],
    )
    def test_a_job_that_waited_is_traced_to_its_own_request(self, sent, trace, followed):
        client, headers = sent
        for _ in range(2):  # the client is made once, what starts with it for every request
            with pytest.raises(InterruptedError):
                Executions(client, MACHINE).start("J" * 26, 0, trace)
        assert [each["X-Amzn-Trace-Id"].decode() for each in headers] == [followed, followed]
