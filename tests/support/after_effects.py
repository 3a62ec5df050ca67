"""Stands in for aerender with Intarsia's startup script: answers a plan, then draws.

AE_ANSWER is the result that the startup script would write, but for what is in the plan itself, as
JSON; `none` writes no file. AE_MOVIE is a file that is copied to -output. With AE_HANG it ends only
when it is killed.
"""

import json
import os
import shutil
import sys
import time
from pathlib import Path


def main(arguments: list[str]) -> int:
    plan = json.loads(Path(os.environ["INTARSIA_PLAN"]).read_text())
    answer = os.environ["AE_ANSWER"]
    print("aerender version 26.0x67", flush=True)
    if answer != "none":
        count = len(plan["operations"])
        result = {
            "format": 1,
            "token": plan["token"],
            "runtime": "1.0.0",
            "after_effects": "26.0x67",
            "status": "applied",
            "field": None,
            "applied": count,
            "of": count,
            "warnings": [],
            "problems": [],
            "composition": None,
            "missing_fonts": [],
        } | json.loads(answer)
        Path(os.environ["INTARSIA_PLAN_RESULT"]).write_text(json.dumps(result))
        if os.environ.get("AE_HANG"):
            time.sleep(600)  # until it is killed
        if result["status"] != "applied":
            print("aerender ERROR: the plan was not applied", flush=True)
            return 9
    print("range: " + " ".join(word for word in arguments if word in {"-s", "-e"}), flush=True)
    shutil.copyfile(os.environ["AE_MOVIE"], arguments[arguments.index("-output") + 1])
    print("PROGRESS:  Total Time Elapsed: 2 Seconds", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
