"""The running API does what its OpenAPI document says, for thousands of generated requests."""

import contextlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from intarsia.client import ClientError
from intarsia.contract.table import OPERATIONS
from tests.support import campaign
from tests.support.paths import BUNDLED_FONTS

HOOKS = Path(__file__).with_name("openapi_hooks.py")
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
]
REQUESTS = campaign.size(140, 2000)
EXAMPLES = campaign.size(6, 83)
"""Generated requests of each operation. Not Schemathesis's phase "coverage", which makes thousands
of requests of a batch alone."""

SUCCESS = {
    operation.name: operation.answer.status
    for operation in OPERATIONS
    if operation.name != "get-openapi"  # Schemathesis leaves out what it read itself
}
NEVER_SUCCEEDS = {"get-output"}
"""Its path holds a secret, and it answers by a redirection."""


@pytest.fixture(scope="module")
def team(stack, connect, key_of):
    """A client of a team of its own: what is generated here is nobody else's business."""
    token = key_of("conformance")
    with connect(stack.url, token) as client:
        yield token, client
        # What still waits must not be in the way of other tests.
        for status in ("queued", "pending", "render:dorender"):
            for job in client.get("jobs", states=status, limit=1000, minimal="true"):
                with contextlib.suppress(ClientError):
                    client.jobs.cancel(job["id"], force=True)


@pytest.fixture(scope="module")
def real(team, example_templates):
    """Ids of a few things that exist, some of them to be deleted."""
    _, client = team
    built = min(example_templates.values(), key=lambda each: each.path.stat().st_size)
    template = client.add_template(built.display_name, built.path)["id"]
    composition = client.get(f"templates/{template}")["compositions"][0]
    job = {
        "template": {"id": template, "composition": composition},
        "settings": {"type": "image", "frames": 0, "engine": "open"},
    }
    jobs = [client.submit(job)["id"] for _ in range(3)]
    batch = client.post("batches", {"jobs": [job]})["batchId"]
    fonts = [
        client.fonts.add(font).id for font in sorted(BUNDLED_FONTS.glob("LiberationSans-*.ttf"))
    ]
    secrets = [client.secrets.set(f"NAME_{number}", "value").id for number in range(4)]
    spare = [
        client.post("templates", {"type": "aep", "displayName": f"spare {number}"})["id"]
        for number in range(4)
    ]
    return {
        "templates": [[template, composition]],
        "job": job,
        "kept": {"templates": [template], "jobs": jobs, "batches": [batch], "fonts": fonts[:1]},
        "disposable": {"templates": spare, "fonts": fonts[1:], "secrets": secrets},
    }


def test_the_api_does_what_its_document_says(stack, team, real, tmp_path):
    token, _ = team
    answers_file = tmp_path / "answers.json"
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{stack.url}/openapi.json"]
    command += ["--header", f"Authorization: Bearer {token}", "--checks", ",".join(CHECKS)]
    command += ["--phases", "examples,fuzzing", "--max-examples", str(EXAMPLES)]
    command += ["--generation-deterministic", "--no-shrink"]
    command += ["--seed", "1", "--workers", "1", "--continue-on-failure", "--no-color"]
    command += ["--warnings", "off"]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": str(HOOKS),
        "CONFORMANCE_URL": stack.url,
        "CONFORMANCE_KEY": token,
        "CONFORMANCE_REAL": json.dumps(real),
        "CONFORMANCE_ANSWERS": str(answers_file),
        "PYTHONPATH": str(HOOKS.parent),
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-20_000:]}\n{done.stderr[-2000:]}"
    answers = {name: Counter(found) for name, found in json.loads(answers_file.read_text()).items()}
    assert sum(found.total() for found in answers.values()) >= REQUESTS
    assert answers.keys() == SUCCESS.keys()
    silent = {name for name, status in SUCCESS.items() if not answers[name][str(status)]}
    assert silent <= NEVER_SUCCEEDS, "these never succeeded, so little of them was looked at"
