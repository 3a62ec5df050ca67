"""The job files of `examples/jobs`."""

import json
import re
from pathlib import Path
from typing import Any

JOBS = Path(__file__).parents[1] / "jobs"


def load_job(name: str, template_ids: dict[str, str]) -> dict[str, Any]:
    """Return the job `name`, with `${templates.NAME}` replaced by the id of the template NAME.

    Raises KeyError if a template is not in `template_ids`.
    """
    text = (JOBS / f"{name}.json").read_text(encoding="utf-8")
    filled = re.sub(r"\$\{templates\.([^}]+)\}", lambda found: template_ids[found[1]], text)
    job: dict[str, Any] = json.loads(filled)
    return job
