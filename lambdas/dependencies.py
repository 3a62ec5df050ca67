"""Dependencies of the Lambda functions: repositories and clients, configured by the environment."""

import os
from functools import cache
from typing import Any

import boto3

from intarsia import names
from intarsia.domain.pieces import MOST_PIECES, Splitting
from intarsia.domain.settings import Engine
from intarsia.domain.traces import TraceHeader
from intarsia.storage.admission import AdmissionRepository
from intarsia.storage.batches import BatchRepository
from intarsia.storage.executions import Executions
from intarsia.storage.fonts import FontFiles, FontRepository
from intarsia.storage.jobs import JobRepository
from intarsia.storage.keys import KeyRepository
from intarsia.storage.manifests import ManifestStore
from intarsia.storage.objects import Objects
from intarsia.storage.s3 import S3_CONFIG
from intarsia.storage.secrets import SecretRecords, SecretValues
from intarsia.storage.templates import TemplateRepository
from intarsia.workflow.admitting import Admission
from intarsia.workflow.library import Library
from intarsia.workflow.submitting import Stores

TRACE = "_X_AMZN_TRACE_ID"
"""Environment variable in which Lambda passes X-Ray's header of the present call:
`Root=1-…;Parent=…;Sampled=1`."""


@cache
def client(service: str) -> Any:
    """Return the boto3 client of an AWS service, created once per process.

    The S3 client presigns URLs for the regional host.
    """
    return boto3.client(service, config=S3_CONFIG if service == "s3" else None)


def jobs() -> JobRepository:
    """Return the repository of jobs."""
    return JobRepository(client("dynamodb"), os.environ[names.ENV_TABLE])


def templates() -> TemplateRepository:
    """Return the repository of templates."""
    return TemplateRepository(client("dynamodb"), os.environ[names.ENV_TABLE])


def keys() -> KeyRepository:
    """Return the repository of API keys."""
    return KeyRepository(client("dynamodb"), os.environ[names.ENV_TABLE])


def fonts() -> FontRepository:
    """Return the repository of fonts."""
    return FontRepository(client("dynamodb"), os.environ[names.ENV_TABLE])


def font_files() -> FontFiles:
    """Return the store of font files."""
    return FontFiles(client("s3"), os.environ[names.ENV_TEMPLATES_BUCKET])


def secret_records() -> SecretRecords:
    """Return the repository of secrets without their values."""
    return SecretRecords(client("dynamodb"), os.environ[names.ENV_TABLE])


def secrets() -> SecretValues:
    """Return the store of secret values. The function's IAM role limits the allowed operations."""
    prefix = os.environ[names.ENV_SECRETS_PREFIX]
    key = os.environ.get(names.ENV_SECRETS_KEY)
    return SecretValues(client("secretsmanager"), prefix, secret_records(), key=key)


def projects() -> Objects:
    """Return the store of uploaded projects and of the facts read from them (templates bucket)."""
    return Objects(client("s3"), os.environ[names.ENV_TEMPLATES_BUCKET])


def renders() -> Objects:
    """Return the store of manifests, outputs and logs (renders bucket)."""
    return Objects(client("s3"), os.environ[names.ENV_RENDERS_BUCKET])


def batches() -> BatchRepository:
    """Return the repository of batches."""
    return BatchRepository(client("dynamodb"), os.environ[names.ENV_TABLE])


def library(team_id: str) -> Library:
    """Return the templates, fonts and rendering options of a team, for planning its jobs."""
    return Library(
        team_id,
        templates=templates(),
        projects=projects(),
        fonts=fonts(),
        splitting=splitting(),
        engines=engines(),
    )


def engines() -> list[Engine]:
    """Return the engines that jobs may request: those in ENV_ENGINES, or all if it is not set."""
    named = os.environ.get(names.ENV_ENGINES, ",".join(Engine))
    return [Engine(name) for name in named.split(",")]


def splitting() -> Splitting:
    """Return the rule by which long renders are split into pieces automatically."""
    return Splitting(
        frames=int(os.environ.get(names.ENV_SPLIT_FRAMES, "0")),
        pieces=int(os.environ.get(names.ENV_SPLIT_PIECES, MOST_PIECES)),
    )


def stores() -> Stores:
    """Return the stores that a submission of jobs writes to.

    They include the X-Ray trace header of the present call, if it has one.
    """
    header = TraceHeader.read(os.environ.get(TRACE))
    return Stores(
        admission=admission(),
        renders=renders(),
        manifests=manifests(),
        trace=str(header) if header else None,
    )


def admission() -> Admission:
    """Return the admission control: the queue of each fleet, and how many renders it admits."""
    return Admission(
        jobs=jobs(),
        lines=lines(),
        executions=executions(),
        depths={
            "gpu": int(os.environ[names.ENV_GPU_DEPTH]),
            "linux": int(os.environ[names.ENV_LINUX_DEPTH]),
        },
    )


def lines() -> AdmissionRepository:
    """Return the repository of the admission queues of both fleets."""
    return AdmissionRepository(client("dynamodb"), os.environ[names.ENV_TABLE])


def manifests() -> ManifestStore:
    """Return the store of manifests."""
    return ManifestStore(renders())


def executions() -> Executions:
    """Return the executions of the RenderJob state machine."""
    return Executions(client("stepfunctions"), os.environ[names.ENV_STATE_MACHINE])
