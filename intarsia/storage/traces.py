"""X-Ray, for what runs where it does not look by itself."""

import json
from typing import Any


class Traces:
    """Where segments go."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def put(self, segment: dict[str, Any]) -> None:
        """Send a segment that has ended.

        Raises ClientError or BotoCoreError, and ValueError for one that X-Ray refused.
        """
        answer = self._client.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)])
        for refused in answer.get("UnprocessedTraceSegments", []):
            raise ValueError(f"X-Ray refused a segment: {refused.get('Message')}")
