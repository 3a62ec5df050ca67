"""Stages of each kind of job, in order: of a render, of a package and of a join."""

import time
from typing import cast

from intarsia.domain.jobs import Output
from intarsia.domain.manifests import JoinManifest
from intarsia.domain.states import Stage
from render_container.worker.download import download
from render_container.worker.encode import encode
from render_container.worker.inject import inject
from render_container.worker.join import join_clips
from render_container.worker.package import package, verify_package
from render_container.worker.render import render
from render_container.worker.upload import upload
from render_container.worker.verify import verify
from render_container.worker.work import AnyWork, Expected, JoinWork, Made, RenderWork

PACKAGED_BY = "Intarsia package"


def make(work: AnyWork) -> Made:
    """Run all stages of a job, including the upload, and return the result.

    Raises AttemptError if a stage fails, and LostAttemptError if the attempt is lost before the
    end.
    """
    if isinstance(work.manifest, JoinManifest):
        return join_clips(cast(JoinWork, work))
    if work.manifest.media == "aep":
        return package_job(cast(RenderWork, work))
    return render_job(cast(RenderWork, work))


def render_job(work: RenderWork) -> Made:
    """Run all stages of a render, including the upload, and return the result.

    Raises the same errors as `make`.
    """
    with work.stage(Stage.DOWNLOAD):
        downloaded = download(work)
    with work.stage(Stage.INJECT):
        prepared = inject(work, downloaded)
    with work.stage(Stage.RENDER):
        drawn = render(work, prepared)
        prepared = drawn.prepared
    with work.stage(Stage.VERIFY):
        expected = Expected(
            frames=prepared.frames,
            width=prepared.width,
            height=prepared.height,
            fps=prepared.fps,
            pictures=work.manifest.media == "image",
        )
        measured = verify(work, expected, drawn.files, since=drawn.began)
    with work.stage(Stage.ENCODE):
        file = encode(work, prepared, drawn.files)
    with work.stage(Stage.UPLOAD):
        key = upload(work, file)
    output = measured.output(key, file)
    return Made(output, drawn.seconds, drawn.rendered_by, drawn.missing_fonts)


def package_job(work: RenderWork) -> Made:
    """Run all stages of a package, whose output is the project with its assets injected.

    Returns the result. Raises the same errors as `make`.
    """
    with work.stage(Stage.DOWNLOAD):
        downloaded = download(work)
    began = time.monotonic()
    with work.stage(Stage.INJECT):
        prepared = inject(work, downloaded)
        file = package(work, downloaded, prepared)
    seconds = time.monotonic() - began
    with work.stage(Stage.VERIFY):
        verify_package(work, prepared, file)
    with work.stage(Stage.UPLOAD):
        key = upload(work, file)
    output = Output(
        key=key,
        bytes=file.stat().st_size,
        frames=0,
        width=prepared.width,
        height=prepared.height,
        fps=round(prepared.fps, 4),
        duration=round(prepared.frames / prepared.fps, 4),
    )
    return Made(output, seconds, PACKAGED_BY)
