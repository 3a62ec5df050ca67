"""checkov over synthesised templates: 0 when nothing is found that has not been explained.

`make check` runs it with the Python of .venv-checkov. What is explained stands in the template, in
the resource's metadata, from stacks/acknowledge.py. checkov itself also ends with 0 when it could
not read a template at all; here that is a finding.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Report = dict[str, Any]


def main(templates: Sequence[str]) -> int:
    """Print what was found."""
    command = [Path(sys.executable).with_name("checkov"), "--framework=cloudformation"]
    # It asks no server for anything, and each finding takes one line below.
    command += ["--skip-download", "--compact", "--output=json", "--file", *templates]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        sys.stderr.write(f"checkov gave no report\n{done.stdout}{done.stderr}")
        return 1
    problems = found(report, templates)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    if problems:
        sys.stdout.write("Mend it, or say why not by `acknowledge` where the resource is made.\n")
        return 1
    if done.returncode != 0:
        sys.stderr.write(done.stderr or f"checkov ended with {done.returncode}\n")
        return 1
    summary = report["summary"]
    sys.stdout.write(f"checkov: {summary['passed']} passed, {summary['skipped']} explained\n")
    return 0


def found(report: Report, templates: Sequence[str]) -> list[str]:
    """What must not stay as it is: unexplained findings, and templates that were not read."""
    results = report.get("results", {})
    failed = results.get("failed_checks", [])
    read = {
        Path(each["file_abs_path"]).resolve()
        for each in (*failed, *results.get("passed_checks", []), *results.get("skipped_checks", []))
    }
    unread = [each for each in templates if Path(each).resolve() not in read]
    return [f"{each}: checkov found nothing in it to check" for each in unread] + [
        f"{_place(each)}: {each['check_id']} {each['check_name']}" for each in failed
    ]


def _place(failed: Report) -> str:
    return f"{failed['file_path'].lstrip('/')}:{failed['file_line_range'][0]} {failed['resource']}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
