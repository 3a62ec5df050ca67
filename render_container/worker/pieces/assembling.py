"""Assembly of pieces into one output, which is the last task of a job in pieces."""

import time
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

from botocore.exceptions import BotoCoreError, ClientError

from intarsia.domain.jobs import Failure, Job
from intarsia.domain.manifests import pieces_folder
from intarsia.domain.pieces import DrawnPiece
from intarsia.domain.states import Stage
from intarsia.domain.told import few_fonts, few_warnings
from intarsia.storage.attempts import DRAWING_SHARE, AttemptRepository
from intarsia.storage.objects import ObjectNotFoundError, Objects
from render_container.encoding import FORMATS
from render_container.encoding.rates import exact_rate
from render_container.stitching.pieces import Assembly, PieceError, PieceFile, assemble
from render_container.worker.environment import WorkerEnvironment
from render_container.worker.errors import AttemptError, MachineStoppedError
from render_container.worker.heartbeat import Spans
from render_container.worker.logbook import Logbook
from render_container.worker.parallel import in_parallel
from render_container.worker.part import Redacted
from render_container.worker.pieces.logs import publish_log
from render_container.worker.pieces.places import piece_log_key
from render_container.worker.upload import upload
from render_container.worker.verify import verify
from render_container.worker.work import AnyWork, Expected, Made, RenderWork

_BEGIN = 100 * DRAWING_SHARE
SPANS: Spans = {
    Stage.ENCODE: (_BEGIN, 96.0),
    Stage.VERIFY: (96.0, 98.0),
    Stage.UPLOAD: (98.0, 100.0),
}


class AssemblyPart:
    """Task that assembles a job's pieces into one output."""

    spans = SPANS

    def __init__(
        self, environment: WorkerEnvironment, jobs: AttemptRepository, renders: Objects
    ) -> None:
        self._jobs, self._renders = jobs, renders
        self._named = environment.job_id, environment.attempt
        self._job: Job | None = None

    def start(self) -> Job:
        """Claim the job's assembly and return the job.

        Raises AttemptError if a piece has not been rendered.
        """
        self._job = self._jobs.start_assembly(*self._named)
        if self._job.missing_pieces:
            missing = ", ".join(map(str, self._job.missing_pieces))
            raise AttemptError(
                "transient", f"The job cannot be assembled: these pieces are missing: {missing}."
            )
        return self._job

    def report(self, stage: Stage, percent: float) -> None:
        """Report the job's stage, and its progress in percent."""
        self._jobs.report(*self._named, stage=stage, progress=percent)

    def make(self, job: Job, work: AnyWork) -> Made:
        """Assemble the pieces of `job`, upload the output, and return the result."""
        drawn = drawn_pieces(job)
        made = assemble_pieces(cast(RenderWork, work), drawn)
        # The pieces were drawn concurrently: report the total time of their machines.
        drawing = round(sum(piece.seconds for piece in drawn), 3)
        return replace(made, stage_seconds={Stage.RENDER.value: drawing} | work.stage_seconds)

    def finish(self, made: Made, warnings: list[str], redacted: Redacted) -> None:  # noqa: ARG002
        """Record the job's output with the warnings of all pieces, then delete the pieces.

        Errors of the deletion are ignored.
        """
        assert self._job is not None
        told = [piece.warnings for piece in drawn_pieces(self._job)]
        self._jobs.finish(
            *self._named,
            output=made.output,
            render_seconds=made.seconds,
            rendered_by=made.rendered_by,
            missing_fonts=few_fonts(made.missing_fonts),
            warnings=few_warnings(_together([*told, warnings])),
            stage_seconds=made.stage_seconds,
        )
        # Undeleted pieces expire. A machine that is stopped here has already done its work.
        with suppress(BotoCoreError, ClientError, MachineStoppedError):
            remove_pieces(self._job, self._renders)

    def refuse(self, failure: Failure, warnings: list[str]) -> None:
        """Record the job's failure."""
        self._jobs.record_verdict(*self._named, failure, warnings=warnings)

    def save_log(self, log: Logbook) -> None:
        """Upload the job's log: the pieces' logs, then the assembly's."""
        job = self._jobs.get(self._named[0])
        if job is not None:
            publish_log(job, self._renders, log)


def drawn_pieces(job: Job) -> list[DrawnPiece]:
    """Return the records of a job's pieces that have been rendered, in order."""
    return [piece.done for piece in job.pieces if piece.done is not None]


def assemble_pieces(work: RenderWork, pieces: Sequence[DrawnPiece]) -> Made:
    """Run all stages of the assembly, including the upload of the output; return the result.

    `pieces` are the records of all pieces, in order. Raises AttemptError if a stage fails.
    """
    drawn = [piece for piece in pieces if piece.frames]
    first = drawn[0]
    began = time.monotonic()
    with work.stage(Stage.ENCODE):
        _check(drawn)
        files = _fetch(work, drawn)
        whole = _movie if work.manifest.media == "video" else _archive
        output, frames = whole(work, drawn, files)
    seconds = time.monotonic() - began
    with work.stage(Stage.VERIFY):
        expected = Expected(
            frames=sum(piece.frames for piece in drawn),
            width=first.width,
            height=first.height,
            fps=first.fps,
            pictures=work.manifest.media == "image",
        )
        measured = verify(work, expected, frames)
    with work.stage(Stage.UPLOAD):
        key = upload(work, output)
    work.log.line(f"assembled {len(drawn)} pieces in {seconds:.2f} s")
    return Made(
        measured.output(key, output),
        sum(piece.seconds for piece in drawn) + seconds,
        first.rendered_by,
        _together([piece.missing_fonts for piece in drawn]),
    )


def remove_pieces(job: Job, renders: Objects) -> None:
    """Delete the pieces of a finished job, and their logs, from the renders bucket."""
    for number, piece in enumerate(job.pieces):
        keys = [piece_log_key(job.id, piece.attempt, number)]
        if piece.done:
            keys += filter(None, [piece.done.key, piece.done.sound_key])
        for key in keys:
            assert key.startswith(pieces_folder(job.id))
            renders.delete(key)


def _check(drawn: Sequence[DrawnPiece]) -> None:
    """Raise AttemptError unless the pieces are consecutive and agree in size and frame rate.

    They do not if their machines have read the After Effects template differently.
    """
    following = drawn[0].first
    for piece in drawn:
        alike = (piece.width, piece.height, piece.fps) == (
            drawn[0].width,
            drawn[0].height,
            drawn[0].fps,
        )
        if piece.first != following or not alike:
            raise AttemptError(
                "configuration",
                "The pieces differ in size or frame rate, or frames are missing between them:"
                " the machines read the template differently.",
            )
        following += piece.frames


def _fetch(work: RenderWork, drawn: Sequence[DrawnPiece]) -> dict[str, Path]:
    """Download the pieces' files and return the files' paths by their keys in the renders bucket.

    Raises AttemptError if a file is missing from the bucket.
    """
    keys = [key for piece in drawn for key in (piece.key, piece.sound_key) if key]
    folder = work.folder / "pieces"
    folder.mkdir()

    def fetch(key: str, check: object) -> Path:  # noqa: ARG001 - a single request, not interruptible
        path = folder / key.rpartition("/")[2]
        try:
            work.renders.download(key, path)
        except ObjectNotFoundError:
            raise AttemptError(
                "configuration", f"The file {path.name} of a piece is missing."
            ) from None
        return path

    found = in_parallel(keys, fetch, check=work.heartbeat.check, progress=lambda _: None)
    return dict(zip(keys, found, strict=True))


def _movie(
    work: RenderWork, drawn: Sequence[DrawnPiece], files: Mapping[str, Path]
) -> tuple[Path, list[Path]]:
    first = drawn[0]
    sounds = [files[piece.sound_key] for piece in drawn if piece.sound_key]
    output = work.folder / f"output.{work.manifest.codec.extension}"
    try:
        assemble(
            [PieceFile(files[piece.key or ""], piece.frames) for piece in drawn],
            sounds[0] if sounds else None,
            output,
            Assembly(
                FORMATS[work.manifest.codec],
                (first.width, first.height),
                exact_rate(first.fps),
            ),
            check=work.heartbeat.check,
            progress=work.heartbeat.progress,
        )
    except PieceError as error:
        raise AttemptError("transient", str(error)) from error
    return output, [output]


def _archive(
    work: RenderWork, drawn: Sequence[DrawnPiece], files: Mapping[str, Path]
) -> tuple[Path, list[Path]]:
    folder = work.folder / "frames"
    folder.mkdir()
    output = work.folder / "frames.zip"
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as whole:
        for piece in drawn:
            with zipfile.ZipFile(files[piece.key or ""]) as part:
                for name in part.namelist():
                    work.heartbeat.check()
                    whole.write(part.extract(name, folder), name)
    return output, sorted(folder.iterdir())


def _together(lists: Sequence[Sequence[str]]) -> list[str]:
    """Return the texts of all lists, in order and without duplicates."""
    return list(dict.fromkeys(text for told in lists for text in told))
