"""Sending of X-Ray segments for code that X-Ray does not trace by itself."""

import json
from collections.abc import Callable
from typing import Any


class Traces:
    """A sender of segments to X-Ray."""

    def __init__(self, client: Callable[[], Any]) -> None:
        """Keep `client`, a function that returns the X-Ray client.

        It is called only when a segment is sent, because only few jobs are sampled.
        """
        self._client = client

    def put(self, segment: dict[str, Any]) -> None:
        """Send the document of a segment that has ended.

        Raises botocore's ClientError or BotoCoreError if the request fails, and ValueError if
        X-Ray rejects the segment.
        """
        # X-Ray accepts 64 KB. ASCII escapes would triple the size of text in other alphabets.
        document = json.dumps(segment, ensure_ascii=False)
        answer = self._client().put_trace_segments(TraceSegmentDocuments=[document])
        for refused in answer.get("UnprocessedTraceSegments", []):
            raise ValueError(f"X-Ray rejected a segment: {refused.get('Message')}")
