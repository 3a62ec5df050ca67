"""The CDK app: `.venv/bin/python app.py` writes cdk.out, and `npx cdk deploy` runs it too.

Settings come from the context of cdk.json. `-c key=value` overrides a setting; without the CDK's
command line, the environment variable CDK_CONTEXT_JSON does.
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
