"""Fixtures: the stack's table and buckets in moto, and jobs to store in them."""

import copy
import os
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.loaders import JSONFileLoader
from moto import mock_aws
from moto.core import models as core_models
from moto.core import responses as core_responses
from moto.core.serialize import BaseJSONSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb import models as dynamodb

from intarsia import names
from intarsia.domain.ids import new_id, now
from intarsia.domain.jobs import Failure, Job, Output
from intarsia.domain.states import Status
from intarsia.storage.attempts import AttemptRepository
from intarsia.storage.objects import Objects
from intarsia.storage.s3 import S3_CONFIG

TABLE, TEMPLATES, RENDERS = "table", "templates", "renders"


@pytest.fixture(scope="session", autouse=True)
def service_models():
    """Cache botocore's service models, which it reads once per session, for the whole process."""
    loader = JSONFileLoader()
    read = cache(loader.load_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: read(path))
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_moto():
    """Speed moto up for large items and tables, without changing any answer.

    moto stores attribute values in DynamoDB's wire format, so they are sent unchanged. Its general
    serializer looks up each of the ten members of a value under four names. A transaction copies
    its table once for a rollback, instead of once for each write. The actions of a service are
    looked up once, instead of at every call. Nothing is registered for the library `requests`,
    which no code here uses: that took most of the time of a start.
    """
    structure = BaseJSONSerializer._serialize_type_structure
    transact = dynamodb.DynamoDBBackend.transact_write_items
    copies: dict[int, dynamodb.Table] = {}

    def serialize(self, serialized, value, shape, key):
        if shape.name == "AttributeValue" and key and isinstance(value, dict):
            self._default_serialize(serialized, value, shape, key)
        else:
            structure(self, serialized, value, shape, key)

    def start(self, transact_items):
        copies.clear()
        return transact(self, transact_items)

    def deepcopy(thing):
        if not isinstance(thing, dynamodb.Table):
            return copy.deepcopy(thing)
        if id(thing) not in copies:
            copies[id(thing)] = copy.deepcopy(thing)
        return copies[id(thing)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseJSONSerializer, "_serialize_type_structure", serialize)
        patch.setattr(dynamodb.DynamoDBBackend, "transact_write_items", start)
        patch.setattr(core_responses, "method_names_from_class", cache(method_names_from_class))
        patch.setattr(core_models, "RESPONSES_METHODS", [])
        patch.setattr(dynamodb, "copy", SimpleNamespace(deepcopy=deepcopy, copy=copy.copy))
        yield


@pytest.fixture(scope="session")
def shared_clients():
    """Return a replacement of `boto3.client` that shares clients made without extra options.

    Creating a session and its first clients takes longer than most tests. Clients are shared per
    set of AWS variables, because they keep the credentials and region found there. A test that
    registers event hooks needs a client of its own: `boto3.session.Session().client(...)`.
    """

    @cache
    def session(environment: Any) -> boto3.session.Session:
        shared = botocore.session.Session()
        # botocore would compose its own of ninety parts for every request.
        shared.set_default_client_config(Config(user_agent="tests"))
        return boto3.session.Session(botocore_session=shared)

    clients: dict[Any, Any] = {}

    def client(service: str, *args: Any, config: Config | None = None, **options: Any) -> Any:
        environment = tuple(sorted(pair for pair in os.environ.items() if "AWS" in pair[0]))
        if args or options:
            return session(environment).client(service, *args, config=config, **options)
        asked = repr(sorted(vars(config).items())) if config else None
        key = (service, asked, environment)
        if key not in clients:
            clients[key] = session(environment).client(service, config=config)
        return clients[key]

    return client


@pytest.fixture
def aws(monkeypatch, shared_clients):
    """Replace AWS by moto, with the table and the buckets of the stack."""
    monkeypatch.setattr(boto3, "client", shared_clients)
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        keys = ["pk", "sk", "team", "created", "active"]
        boto3.client("dynamodb").create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=_schema("pk", "sk"),
            GlobalSecondaryIndexes=[
                _index(names.INDEX_BY_TEAM, "team", "created"),
                _index(
                    names.INDEX_ACTIVE, "active", "created", ["team_id", "template_id", "font_ids"]
                ),
            ],
        )
        s3 = boto3.client("s3", config=S3_CONFIG)
        s3.create_bucket(Bucket=TEMPLATES)
        s3.create_bucket(Bucket=RENDERS)
        yield


@pytest.fixture
def jobs(aws):
    return AttemptRepository(boto3.client("dynamodb"), TABLE)


@pytest.fixture
def renders(aws):
    return Objects(boto3.client("s3", config=S3_CONFIG), RENDERS)


@pytest.fixture
def make_job():
    """A job record; fields by keyword."""

    def make(**fields) -> Job:
        job_id = fields.pop("id", None) or new_id()
        return Job.model_validate(
            {
                "id": job_id,
                "team_id": "team",
                "root_id": job_id,
                "template_id": "T" * 26,
                "composition": "main",
                "engine": "open",
                "fleet": "linux",
                "status": Status.QUEUED,
                "output_name": f"{job_id}.mp4",
                "output_token": "token",
                "output_key": f"outputs/team/{job_id}.mp4",
                "created_at": now(),
                "updated_at": now(),
            }
            | fields
        )

    return make


@pytest.fixture
def finish(jobs):
    """Render a stored job to its end."""

    def end(job_id: str) -> None:
        output = Output(key="k", bytes=9, frames=1, width=2, height=2, fps=25, duration=0.04)
        jobs.start(job_id, 1)
        jobs.finish(
            job_id, 1, output=output, render_seconds=1.5, rendered_by="test", missing_fonts=[],
            warnings=[],
        )  # fmt: skip

    return end


@pytest.fixture
def fail(jobs):
    """End a stored job as `error`."""
    return lambda job_id: jobs.fail(job_id, Failure(kind="user", reason="it is wrong"))


@pytest.fixture
def tree(jobs, make_job):
    """Stored: root ← (left ← leaf), right. Returns the ids by name."""
    root, left, right, leaf = (new_id() for _ in range(4))
    jobs.create(
        [
            make_job(id=leaf, parent_id=left, root_id=root, slot="Leaf"),
            make_job(
                id=left, parent_id=root, root_id=root, slot="Left", children=[leaf],
                status=Status.PENDING,
            ),
            make_job(id=right, parent_id=root, root_id=root, slot="Right"),
            make_job(id=root, children=[left, right], status=Status.PENDING),
        ]
    )  # fmt: skip
    return {"root": root, "left": left, "right": right, "leaf": leaf}


def _schema(*keys):
    kinds = ("HASH", "RANGE")
    return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, kinds, strict=True)]


def _index(name, partition_key, sort_key, included=None):
    projection = (
        {"ProjectionType": "INCLUDE", "NonKeyAttributes": included}
        if included
        else {"ProjectionType": "ALL"}
    )
    return {
        "IndexName": name,
        "KeySchema": _schema(partition_key, sort_key),
        "Projection": projection,
    }
