"""Run app.py once for each configuration, in one process: `... FOLDER CONTEXT...`.

Each context is JSON with an item `folder`, the name of the output folder in FOLDER. Starting the
CDK's Node process and loading its library takes several times as long as one synthesis.
"""

import json
import os
import runpy
import sys
from pathlib import Path

from tests.support.paths import ROOT


def main() -> None:
    """Synthesise; a traceback ends the process with 1."""
    for text in sys.argv[2:]:
        context = json.loads(text)
        os.environ["CDK_OUTDIR"] = str(Path(sys.argv[1]) / context.pop("folder"))
        os.environ["CDK_CONTEXT_JSON"] = json.dumps(context)
        runpy.run_path(str(ROOT / "app.py"), run_name="__main__")


if __name__ == "__main__":
    main()
