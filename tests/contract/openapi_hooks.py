"""Loaded into Schemathesis: every other request is about something that exists.

Random ids find nothing, so ids and templates are taken from what the test has made. Requests go
to no foreign host: every URL in a body is turned to one that cannot exist. What was answered is
counted by operation and written down at the end.
"""

import atexit
import json
import os
import re
from collections import Counter, defaultdict
from itertools import count
from pathlib import Path

import httpx
import schemathesis

REAL = json.loads(os.environ["CONFORMANCE_REAL"])
"""Ids by the last part of a collection's path; `templates` with a composition each."""
API = httpx.Client(
    base_url=os.environ["CONFORMANCE_URL"],
    headers={"Authorization": f"Bearer {os.environ['CONFORMANCE_KEY']}"},
    timeout=30.0,
    trust_env=False,
)
ANSWERS = Path(os.environ["CONFORMANCE_ANSWERS"])

DISPOSABLE = {"delete-template", "delete-font", "delete-secret"}
NOBODYS = "Z" * 26
ONE_FRAME = {"type": "image", "frames": 0, "engine": "open"}
CREATING = {"create-job", "create-join-job", "create-batch"}
CANCELLING = {"cancel-job", "cancel-jobs"}
ACCEPTED_LIMIT = 4
"""Requests of each of these that may be accepted: each of them starts workers."""

turns = defaultdict(count)
answers = defaultdict(Counter)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Put what exists into a generated request."""
    name = case.operation.definition.raw["operationId"]
    turn = next(turns[name])
    if "id" in (case.path_parameters or {}) and turn % 2 == 0:
        collection = re.match(r"/api/v\d/(\w+)/", case.operation.path)[1]
        known = REAL["disposable" if name in DISPOSABLE else "kept"].get(collection)
        if known:
            case.path_parameters["id"] = known[turn // 2 % len(known)]
    if isinstance(case.body, dict):
        case.body = _harmless(case.body)
        if name in CREATING:
            accepted = answers[name][201] < ACCEPTED_LIMIT
            case.body = _real(case.body, turn) if accepted else _unfit(case.body)
    if name in CANCELLING and turn % 16 == 0:
        # What is in REAL has been rendered by now.
        job = _fresh_job()
        case.query = {"force": "true"}
        if name == "cancel-job":
            case.path_parameters["id"] = job
        else:
            case.body = {"jobs": [job]}


@schemathesis.hook
def after_call(context, case, response):
    """Count."""
    name = case.operation.definition.raw["operationId"]
    answers[name][response.status_code] += 1


@atexit.register
def _write():
    ANSWERS.write_text(json.dumps(answers))


def _fresh_job():
    return API.post("jobs", json=REAL["job"]).raise_for_status().json()["id"]


def _harmless(value):
    """Without a foreign host."""
    if isinstance(value, str):
        return re.sub(r"^https?://[^/]*", "https://intarsia.invalid", value)
    if isinstance(value, list):
        return [_harmless(each) for each in value]
    if isinstance(value, dict):
        return {key: _harmless(each) for key, each in value.items()}
    return value


def _real(value, turn):
    """About a template that exists; every fourth time without assets, for random ones never fit."""
    if isinstance(value, list):
        return [_real(value[0], turn), *map(_unfit, value[1:])] if value else value
    if not isinstance(value, dict):
        return value
    found = {key: _real(each, turn) for key, each in value.items()}
    if isinstance(found.get("template"), dict):
        template, composition = REAL["templates"][turn % len(REAL["templates"])]
        found["template"] = {"id": template, "composition": composition}
        if turn % 4 == 0:
            found |= {"assets": [], "settings": ONE_FRAME, "preview": False}
    return found


def _unfit(value):
    """About templates that do not exist: no job can come of it, as far as anybody checks."""
    if isinstance(value, list):
        return [_unfit(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _unfit(each) for key, each in value.items()}
    if isinstance(found.get("template"), dict):
        found["template"].pop("src", None)
    if found.get("type") == "video" and "layerName" not in found and "layerIndex" not in found:
        # A join of videos only would be accepted.
        found = {"type": "job", "template": {"id": NOBODYS, "composition": "none"}}
    return found
