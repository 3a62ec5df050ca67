"""The CDK app. `.venv/bin/python app.py` writes cdk.out; `npx cdk deploy` runs this too.

Settings come from the context of cdk.json, each of which `-c key=value` (or, without the CDK's
command line, the environment variable CDK_CONTEXT_JSON) replaces.
"""

import json
import os
from pathlib import Path

from stacks.stack import build

ROOT = Path(__file__).parent

build(
    defaults=json.loads((ROOT / "cdk.json").read_text())["context"],
    outdir=os.environ.get("CDK_OUTDIR", str(ROOT / "cdk.out")),
).synth()
