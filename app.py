"""The CDK app, whose `synth` writes the CloudFormation template to the folder cdk.out.

It is run by `.venv/bin/python app.py` or by the CDK's command line (`npx cdk deploy`). Settings
come from `context` in cdk.json. The option `-c key=value` of the CDK's command line overrides a
setting. Without that command line, the environment variable CDK_CONTEXT_JSON overrides settings.
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
