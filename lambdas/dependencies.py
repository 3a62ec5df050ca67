"""What functions work with, built once per process from their environment."""

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
"""Where Lambda puts X-Ray's header of the call, as `Root=1-…;Parent=…;Sampled=1`."""


@cache
def client(service: str) -> Any:
    """Return the boto3 client of a service; S3's presigns URLs for the regional host."""
    return boto3.client(service, config=S3_CONFIG if service == "s3" else None)


def jobs() -> JobRepository:
    """Jobs."""
    return JobRepository(client("dynamodb"), os.environ[names.ENV_TABLE])


def templates() -> TemplateRepository:
    """Templates."""
    return TemplateRepository(client("dynamodb"), os.environ[names.ENV_TABLE])


def keys() -> KeyRepository:
    """API keys."""
    return KeyRepository(client("dynamodb"), os.environ[names.ENV_TABLE])


def fonts() -> FontRepository:
    """Fonts."""
    return FontRepository(client("dynamodb"), os.environ[names.ENV_TABLE])


def font_files() -> FontFiles:
    """The files of fonts."""
    return FontFiles(client("s3"), os.environ[names.ENV_TEMPLATES_BUCKET])


def secret_records() -> SecretRecords:
    """What is known of secrets, without their values."""
    return SecretRecords(client("dynamodb"), os.environ[names.ENV_TABLE])


def secrets() -> SecretValues:
    """Secrets with their values, as far as the function's role allows."""
    prefix = os.environ[names.ENV_SECRETS_PREFIX]
    key = os.environ.get(names.ENV_SECRETS_KEY)
    return SecretValues(client("secretsmanager"), prefix, secret_records(), key=key)


def projects() -> Objects:
    """Uploaded projects and what was found in them."""
    return Objects(client("s3"), os.environ[names.ENV_TEMPLATES_BUCKET])


def renders() -> Objects:
    """Manifests, outputs and logs."""
    return Objects(client("s3"), os.environ[names.ENV_RENDERS_BUCKET])


def batches() -> BatchRepository:
    """Batches."""
    return BatchRepository(client("dynamodb"), os.environ[names.ENV_TABLE])


def library(team_id: str) -> Library:
    """What a team has to render with."""
    return Library(
        team_id,
        templates=templates(),
        projects=projects(),
        fonts=fonts(),
        splitting=splitting(),
        engines=engines(),
    )


def engines() -> list[Engine]:
    """The engines that the installation has."""
    named = os.environ.get(names.ENV_ENGINES, ",".join(Engine))
    return [Engine(name) for name in named.split(",")]


def splitting() -> Splitting:
    """When long renders are drawn in pieces unasked."""
    return Splitting(
        frames=int(os.environ.get(names.ENV_SPLIT_FRAMES, "0")),
        pieces=int(os.environ.get(names.ENV_SPLIT_PIECES, MOST_PIECES)),
    )


def stores() -> Stores:
    """Where submissions write."""
    header = TraceHeader.read(os.environ.get(TRACE))
    return Stores(
        admission=admission(),
        renders=renders(),
        manifests=manifests(),
        trace=str(header) if header else None,
    )


def admission() -> Admission:
    """Who waits in which line, and how much may be under way of each."""
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
    """The lines of both fleets."""
    return AdmissionRepository(client("dynamodb"), os.environ[names.ENV_TABLE])


def manifests() -> ManifestStore:
    """Manifests."""
    return ManifestStore(renders())


def executions() -> Executions:
    """Executions of the RenderJob state machine."""
    return Executions(client("stepfunctions"), os.environ[names.ENV_STATE_MACHINE])
