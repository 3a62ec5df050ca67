"""One piece of a render: its range of frames, and for the first piece the sound of all frames."""

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import cast

from intarsia.domain.jobs import Failure, Job
from intarsia.domain.pieces import DrawnPiece, piece_range
from intarsia.domain.states import Stage
from intarsia.domain.told import few
from intarsia.storage.attempts import AttemptRepository
from intarsia.storage.objects import Objects
from render_container.engines.arguments import Module
from render_container.worker.download import download
from render_container.worker.environment import WorkerEnvironment
from render_container.worker.heartbeat import SPANS
from render_container.worker.inject import inject
from render_container.worker.logbook import Logbook
from render_container.worker.parallel import away
from render_container.worker.part import Redacted
from render_container.worker.pieces.hearing import can_sound
from render_container.worker.pieces.logs import publish_log
from render_container.worker.pieces.places import (
    is_encoded_once,
    pictures_key,
    piece_log_key,
    sound_key,
)
from render_container.worker.render import draw
from render_container.worker.upload import CONTENT_TYPES, upload_log
from render_container.worker.verify import verify
from render_container.worker.work import AnyWork, Drawn, Expected, RenderWork

# Limits per piece, because all pieces are in one DynamoDB item that the state machine reads.
MOST_TOLD = 10  # warnings, or fonts
LONGEST_TOLD = 120  # characters


class PiecePart:
    """Task that renders piece `number` of a job, counted from 0."""

    spans = SPANS

    def __init__(
        self,
        environment: WorkerEnvironment,
        jobs: AttemptRepository,
        renders: Objects,
        number: int,
    ) -> None:
        self._environment, self._jobs, self._renders = environment, jobs, renders
        self._number = number
        self._named = environment.job_id, environment.attempt, number

    def start(self) -> Job:
        """Claim the piece for this worker, and return its job."""
        return self._jobs.start_piece(*self._named, rendered_by=self._environment.rendered_by)

    def report(self, stage: Stage, percent: float) -> None:  # noqa: ARG002 - pieces report no stage
        """Report the piece's progress in percent; `stage` is not reported."""
        self._jobs.report_piece(*self._named, progress=percent)

    def make(self, job: Job, work: AnyWork) -> DrawnPiece:
        """Render and upload the piece, and return its record."""
        return draw_piece(cast(RenderWork, work), self._number, len(job.pieces))

    def finish(self, made: DrawnPiece, warnings: list[str], redacted: Redacted) -> None:
        """Record the rendered piece.

        Keeps at most MOST_TOLD warnings and missing fonts, each cut to LONGEST_TOLD characters.
        """
        told = {
            "rendered_by": redacted(made.rendered_by),
            "missing_fonts": few(list(map(redacted, made.missing_fonts)), MOST_TOLD, LONGEST_TOLD),
            "warnings": few(warnings, MOST_TOLD, LONGEST_TOLD),
        }
        self._jobs.finish_piece(*self._named, made.model_copy(update=told))

    def refuse(self, failure: Failure, warnings: list[str]) -> None:
        """Record the piece's failure as the failure of the whole attempt at the job."""
        self._jobs.refuse_piece(*self._named, failure, warnings=warnings)

    def save_log(self, log: Logbook) -> None:
        """Upload the piece's log, and rewrite the job's log, which includes it."""
        job_id, attempt, number = self._named
        upload_log(log, self._renders, piece_log_key(job_id, attempt, number))
        job = self._jobs.get(job_id)
        if job is not None and job.attempt == attempt:
            publish_log(job, self._renders)


def draw_piece(work: RenderWork, number: int, pieces: int) -> DrawnPiece:
    """Run all stages of piece `number`, including its upload, and return its record.

    `number` counts from 0; `pieces` is the number of the job's pieces. Raises AttemptError if a
    stage fails.
    """
    with work.stage(Stage.DOWNLOAD):
        downloaded = download(work)
    with work.stage(Stage.INJECT):
        prepared = inject(work, downloaded)
        heard = number == 0 and work.manifest.media == "video" and can_sound(prepared)
    frames = piece_range(prepared.first, prepared.last, number, pieces)
    runs: list[Drawn] = []
    pictures = sound = None
    with work.stage(Stage.RENDER):
        if frames is not None:
            own = replace(prepared, first=frames[0], last=frames[1])
            work.log.line(f"piece {number} of {pieces}: frames {own.first} to {own.last}")
            module: Module = (
                "intermediate" if is_encoded_once(work.manifest) else work.manifest.codec
            )
            runs.append(draw(work, own, module, "pictures"))
        else:
            work.log.line(f"piece {number} of {pieces}: no frames to draw")
        if heard:
            runs.append(draw(work, prepared, "sound", "sound"))
            sound = runs[-1].files[0] if runs[-1].files else None
    with work.stage(Stage.VERIFY):
        if frames is not None:
            _verify(work, runs[0])
            pictures = _one_file(work, runs[0])
    measured = runs[0].prepared if runs else prepared
    with work.stage(Stage.UPLOAD):
        keys = [_upload(work, number, file) for file in (pictures, sound)]
    return DrawnPiece(
        first=frames[0] if frames else prepared.first,
        frames=frames[1] - frames[0] + 1 if frames else 0,
        width=measured.width,
        height=measured.height,
        fps=measured.fps,
        key=keys[0],
        sound_key=keys[1],
        seconds=round(sum(run.seconds for run in runs), 3),
        rendered_by=runs[0].rendered_by if runs else "",
        missing_fonts=list(dict.fromkeys(font for run in runs for font in run.missing_fonts)),
    )


def _verify(work: RenderWork, drawn: Drawn) -> None:
    """Raise AttemptError if the piece's output is incomplete or damaged.

    Discards the warnings of this verification. That of the assembled output repeats them for the
    whole output.
    """
    own = drawn.prepared
    expected = Expected(
        frames=own.frames,
        width=own.width,
        height=own.height,
        fps=own.fps,
        pictures=work.manifest.media == "image",
    )
    verify(replace(work, warnings=[]), expected, drawn.files, since=drawn.began)


def _one_file(work: RenderWork, drawn: Drawn) -> Path:
    if work.manifest.media == "video":
        return drawn.files[0]
    archive = work.folder / "pictures.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as pack:
        for number, file in enumerate(drawn.files, start=drawn.prepared.first):
            work.heartbeat.check()
            pack.write(file, f"frame_{number:05d}{file.suffix}")
    return archive


def _upload(work: RenderWork, number: int, file: Path | None) -> str | None:
    if file is None:
        return None
    work.heartbeat.confirm()
    job_id, attempt = work.environment.job_id, work.environment.attempt
    key = (
        sound_key(job_id, attempt)
        if file.suffix == ".wav"
        else pictures_key(job_id, attempt, number, file.suffix)
    )
    content_type = CONTENT_TYPES[file.suffix]
    away(lambda: work.renders.upload(file, key, content_type), check=work.heartbeat.check)
    work.log.line(f"uploaded {file.stat().st_size} bytes of {content_type}")
    return key
