"""Frequent calls of the stack's janitor, the Lambda function that restarts lost executions.

A restart of the emulator loses every running execution, so the janitor runs every INTERVAL seconds
here. On AWS, executions survive, so the function's schedule of every few minutes is enough.
"""

import logging
import threading
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

INTERVAL = 15.0  # seconds

logger = logging.getLogger(__name__)


class Janitor:
    """A thread that invokes a Lambda function immediately and then every `interval` seconds.

    `client` is a boto3 client of Lambda, and `function` the function's name. Failures are only
    logged.
    """

    def __init__(self, client: Any, function: str, interval: float = INTERVAL) -> None:
        self._client = client
        self._function = function
        self._interval = interval
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="janitor", daemon=True)

    def start(self) -> None:
        """Start to invoke the function regularly, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Prevent further calls. An unfinished call is not awaited: it ends with the emulator."""
        self._ending.set()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                answer = self._client.invoke(FunctionName=self._function)
                if "FunctionError" in answer:
                    logger.warning("the janitor failed: %s", answer["Payload"].read().decode())
            except (BotoCoreError, ClientError) as error:
                if not self._ending.is_set():
                    logger.warning("the janitor could not be called: %s", error)
            self._ending.wait(self._interval)
