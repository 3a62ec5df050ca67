"""What a worker is told by its environment."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from intarsia import names
from intarsia.domain.pieces import ASSEMBLE, WHOLE
from render_container.worker.errors import AttemptError

ENV_FONTS = "INTARSIA_FONTS"
"""Font folders of the open compositor, separated as PATH is."""
ENV_FOOTAGE_FOLDER = "INTARSIA_FOOTAGE_FOLDER"
"""The only folder from which the open compositor takes footage."""

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
    """The worker's environment, read once at its start."""

    job_id: str
    attempt: int
    part: str
    """What the task is for: WHOLE, ASSEMBLE, or the number of a piece."""
    table: str
    templates_bucket: str
    renders_bucket: str
    secrets_prefix: str | None
    rendered_by: str | None
    allow_private_sources: bool
    public_url: str | None
    """Origin of the API if it runs on this machine; outputs under it are read from the bucket."""
    spool: Path | None
    """Folder shared with the agent that drives After Effects on this machine, if there is one."""
    variables: Mapping[str, str]
    """All of it."""

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> "WorkerEnvironment":
        """Raises AttemptError naming a variable that is missing or wrong."""
        attempt = _required(variables, names.ENV_ATTEMPT)
        if not attempt.isdecimal():
            raise AttemptError("configuration", f"{names.ENV_ATTEMPT} is no number: {attempt}")
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
        """The operator's font folders."""
        return [
            Path(folder) for folder in self.variables.get(ENV_FONTS, "").split(os.pathsep) if folder
        ]

    @property
    def fal_url(self) -> str:
        """Where fal's queue is, as `https://queue.fal.run`. Raises AttemptError."""
        url = (self.variables.get(names.ENV_FAL_URL) or names.FAL_URL).rstrip("/")
        # Whoever can read what is sent there can read the clients' keys.
        if not url.startswith(
            ("https://", "http://") if self.allow_private_sources else "https://"
        ):
            raise AttemptError("configuration", f"{names.ENV_FAL_URL} must be an https:// URL.")
        return url

    def for_engine(self, *, fonts: Sequence[Path], folder: Path) -> dict[str, str]:
        """The engine's environment: ours without what leads to the operator's account.

        `fonts` are folders whose fonts the open compositor shall know as well. A project comes
        from a user and may name any file of this machine: footage must lie in `folder`.
        """
        kept = {
            name: value
            for name, value in self.variables.items()
            if not name.upper().startswith(_SECRET_PREFIXES)
        }
        # Plug-ins bring OpenMP runtimes of their own; without this a second one aborts.
        kept["KMP_DUPLICATE_LIB_OK"] = "TRUE"
        kept[ENV_FOOTAGE_FOLDER] = str(folder)
        kept[ENV_FONTS] = os.pathsep.join(map(str, [*self.fonts, *fonts]))
        return kept


def _part(variables: Mapping[str, str]) -> str:
    part = variables.get(names.ENV_PIECE) or WHOLE
    if part not in (WHOLE, ASSEMBLE) and not part.isdecimal():
        raise AttemptError("configuration", f"{names.ENV_PIECE} names no piece: {part}")
    return part


def _required(variables: Mapping[str, str], name: str) -> str:
    value = variables.get(name)
    if not value:
        raise AttemptError("configuration", f"{name} is not set.")
    return value
