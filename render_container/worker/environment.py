"""The worker's settings, read from environment variables."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from intarsia import names
from intarsia.domain.pieces import ASSEMBLE, WHOLE
from render_container.worker.errors import AttemptError

ENV_FONTS = "INTARSIA_FONTS"
"""Environment variable with the font folders of the open compositor, separated as in PATH."""
ENV_FOOTAGE_FOLDER = "INTARSIA_FOOTAGE_FOLDER"
"""Environment variable with the only folder from which the open compositor reads footage."""

_SECRET_PREFIXES = (
    "AWS_",
    "ECS_",
    "INTARSIA_TABLE",
    "INTARSIA_TEMPLATES_",
    "INTARSIA_RENDERS_",
    "INTARSIA_SECRETS_",
)


@dataclass(frozen=True)
class WorkerEnvironment:
    """The worker's settings, read once at its start."""

    job_id: str
    attempt: int
    part: str
    """Part of the job that this task does: WHOLE, ASSEMBLE, or the number of a piece from 0."""
    table: str
    templates_bucket: str
    renders_bucket: str
    secrets_prefix: str | None
    """Prefix of secrets' names in AWS Secrets Manager; None if jobs cannot use secrets."""
    rendered_by: str | None
    """Name of the program that renders in place of the requested engine; None if none does."""
    allow_private_sources: bool
    """Whether clients' URLs may lead to private addresses and to this machine."""
    public_url: str | None
    """Scheme, host and port of the API if it runs on this machine, else None.

    The worker reads outputs with URLs of this origin from the renders bucket.
    """
    spool: Path | None
    """Folder shared with the agent that runs After Effects on this machine; None without agent."""
    variables: Mapping[str, str]
    """All environment variables of the worker."""

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> "WorkerEnvironment":
        """Return the settings in the environment variables `variables`.

        Raises AttemptError, which names the variable, if one is missing or invalid.
        """
        attempt = _required(variables, names.ENV_ATTEMPT)
        if not attempt.isdecimal():
            raise AttemptError(
                "configuration", f"{names.ENV_ATTEMPT} must be a number, not {attempt}."
            )
        return cls(
            job_id=_required(variables, names.ENV_JOB_ID),
            attempt=int(attempt),
            part=_part(variables),
            table=_required(variables, names.ENV_TABLE),
            templates_bucket=_required(variables, names.ENV_TEMPLATES_BUCKET),
            renders_bucket=_required(variables, names.ENV_RENDERS_BUCKET),
            secrets_prefix=variables.get(names.ENV_SECRETS_PREFIX) or None,
            rendered_by=variables.get(names.ENV_RENDERED_BY) or None,
            allow_private_sources=variables.get(names.ENV_ALLOW_PRIVATE_SOURCES) == "1",
            public_url=variables.get(names.ENV_PUBLIC_URL) or None,
            spool=Path(variables[names.ENV_SPOOL]) if variables.get(names.ENV_SPOOL) else None,
            variables=dict(variables),
        )

    @property
    def fonts(self) -> list[Path]:
        """Font folders of the open compositor that the operator set in ENV_FONTS."""
        return [
            Path(folder) for folder in self.variables.get(ENV_FONTS, "").split(os.pathsep) if folder
        ]

    @property
    def fal_url(self) -> str:
        """URL of the request queue of fal.ai, such as `https://queue.fal.run`.

        Raises AttemptError unless it is an https URL. With `allow_private_sources`, http is valid
        too.
        """
        url = (self.variables.get(names.ENV_FAL_URL) or names.FAL_URL).rstrip("/")
        # Requests to this URL carry the clients' API keys.
        if not url.startswith(
            ("https://", "http://") if self.allow_private_sources else "https://"
        ):
            raise AttemptError("configuration", f"{names.ENV_FAL_URL} must be an https:// URL.")
        return url

    def for_engine(self, *, fonts: Sequence[Path], folder: Path) -> dict[str, str]:
        """Return the environment variables for the engine, without access to the AWS account.

        They are the worker's variables, except its credentials and the names of its AWS resources.
        `fonts` are font folders for the open compositor, in addition to the operator's. `folder` is
        the only folder from which it may read footage: a user's project may name any file of this
        machine.
        """
        kept = {
            name: value
            for name, value in self.variables.items()
            if not name.upper().startswith(_SECRET_PREFIXES)
        }
        # Plug-ins bring their own OpenMP runtimes; without this a second runtime aborts the engine.
        kept["KMP_DUPLICATE_LIB_OK"] = "TRUE"
        kept[ENV_FOOTAGE_FOLDER] = str(folder)
        kept[ENV_FONTS] = os.pathsep.join(map(str, [*self.fonts, *fonts]))
        return kept


def _part(variables: Mapping[str, str]) -> str:
    part = variables.get(names.ENV_PIECE) or WHOLE
    if part not in (WHOLE, ASSEMBLE) and not part.isdecimal():
        raise AttemptError(
            "configuration",
            f"{names.ENV_PIECE} must be {WHOLE}, {ASSEMBLE} or a number, not {part}.",
        )
    return part


def _required(variables: Mapping[str, str], name: str) -> str:
    value = variables.get(name)
    if not value:
        raise AttemptError("configuration", f"{name} is not set.")
    return value
