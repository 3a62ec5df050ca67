"""X-Ray, for what runs where it does not look by itself."""

import json
from collections.abc import Callable
from typing import Any


class Traces:
    """Where segments go."""

    def __init__(self, client: Callable[[], Any]) -> None:
        """`client` makes the client. Few jobs are sampled; the others need not wait for it."""
        self._client = client

    def put(self, segment: dict[str, Any]) -> None:
        """Send a segment that has ended.

        Raises ClientError or BotoCoreError, and ValueError for one that X-Ray refused.
        """
        # X-Ray takes 64 KB; as ASCII, text of other alphabets would be thrice as long.
        document = json.dumps(segment, ensure_ascii=False)
        answer = self._client().put_trace_segments(TraceSegmentDocuments=[document])
        for refused in answer.get("UnprocessedTraceSegments", []):
            raise ValueError(f"X-Ray refused a segment: {refused.get('Message')}")
