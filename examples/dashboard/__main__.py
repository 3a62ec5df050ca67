"""`python -m examples.dashboard`: render for some minutes, then draw the dashboard as a PNG.

The dashboard is the deployed one and the metrics are those that the run left in the emulator's
CloudWatch. What the emulator does not measure, such as machines, is shown as having no data.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from examples.dashboard.drawing import draw_dashboard
from examples.dashboard.load import Load
from examples.dashboard.reading import Reading, read
from intarsia.client import Client
from intarsia.local.stack import LocalStack


def main() -> int:
    """Run the load and draw the dashboard, or draw the metrics of the last run again."""
    parser = argparse.ArgumentParser(prog="examples.dashboard", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/dashboard"))
    parser.add_argument("--state", type=Path, default=Path(".intarsia/dashboard"))
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--redraw", action="store_true", help="draw the last run's metrics")
    arguments = parser.parse_args()
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    kept = out / "metrics.json"
    if not arguments.redraw:
        kept.write_text(json.dumps(_run(arguments.state, out, arguments.minutes).document()))
    reading = Reading.of_document(json.loads(kept.read_text()))
    draw_dashboard(out / "dashboard.png", reading)
    sys.stdout.write(f"{out / 'dashboard.png'}\n")
    return 0


def _run(state: Path, out: Path, minutes: float) -> Reading:
    with (
        LocalStack(state, port=0) as stack,
        Client(stack.url, stack.api_key) as client,
    ):
        # Rounded down to a full minute, because CloudWatch's periods begin there.
        began = time.time() // 60 * 60
        with Load(client, out / "templates") as load:
            load.run(60 * minutes)
        return read(stack.client("cloudwatch"), "intarsia", began, time.time())


if __name__ == "__main__":
    sys.exit(main())
