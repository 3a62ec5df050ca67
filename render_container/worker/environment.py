"""The worker's settings, read from environment variables."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from intarsia import names
from intarsia.domain.pieces import ASSEMBLE, WHOLE
from render_container.worker.errors import AttemptError

ENV_FONTS = "INTARSIA_FONTS"
"""Variable with the font folders of the open compositor, separated as in PATH."""
ENV_FOOTAGE_FOLDER = "INTARSIA_FOOTAGE_FOLDER"
"""Variable with the only folder from which the open compositor takes footage."""

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
    """Part of the job that the task does: WHOLE, ASSEMBLE, or the number of a piece."""
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
    """All environment variables."""

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> "WorkerEnvironment":
        """Return the settings. Raises AttemptError naming a variable that is missing or invalid."""
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
        """The operator's font folders."""
        return [
            Path(folder) for folder in self.variables.get(ENV_FONTS, "").split(os.pathsep) if folder
        ]

    @property
    def fal_url(self) -> str:
        """URL of fal's queue, such as `https://queue.fal.run`.

        Raises AttemptError unless it is https; http is valid where private sources are allowed.
        """
        url = (self.variables.get(names.ENV_FAL_URL) or names.FAL_URL).rstrip("/")
        # Requests to this URL carry the clients' API keys.
        if not url.startswith(
            ("https://", "http://") if self.allow_private_sources else "https://"
        ):
            raise AttemptError("configuration", f"{names.ENV_FAL_URL} must be an https:// URL.")
        return url

    def for_engine(self, *, fonts: Sequence[Path], folder: Path) -> dict[str, str]:
        """Return the engine's environment: the worker's without access to the operator's account.

        `fonts` are further font folders for the open compositor. `folder` is the only folder for
        its footage, because a user's project may name any file of this machine.
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
