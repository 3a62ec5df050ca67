"""Stage 5: preparation of the one file to deliver.

The engine already writes movies in the requested codec, so they are delivered unchanged. Several
pictures go into one zip archive.
"""

import zipfile
from pathlib import Path

from render_container.worker.work import Prepared, RenderWork


def encode(work: RenderWork, prepared: Prepared, files: list[Path]) -> Path:
    """Return the file to upload: the only one in `files`, or an uncompressed zip of all pictures.

    `files` are in frame order. Pictures in the zip are named by frame, counted from 0:
    `frame_00012.png`.
    """
    if len(files) == 1:
        return files[0]
    archive = work.folder / "frames.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as pack:
        for number, file in enumerate(files, start=prepared.first):
            work.heartbeat.check()
            pack.write(file, f"frame_{number:05d}{file.suffix}")
            work.heartbeat.progress((number - prepared.first + 1) / len(files))
    return archive
