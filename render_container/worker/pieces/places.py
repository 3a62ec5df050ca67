"""Keys of a job's pieces in the renders bucket, and their kind of encoding.

The keys contain the attempt's number. So a lost task that writes late cannot overwrite a file to
which the job refers.
"""

from intarsia.domain.manifests import Manifest, pieces_folder


def pictures_key(job_id: str, attempt: int, number: int, extension: str) -> str:
    """Return the key of a piece's movie, or zip of pictures.

    `number` is the piece's, from 0. `extension` is the file's and includes the dot.
    """
    return f"{pieces_folder(job_id)}{number:02d}-{attempt}{extension}"


def sound_key(job_id: str, attempt: int) -> str:
    """Return the key of the WAV file with the sound of the job's whole range of frames."""
    return f"{pieces_folder(job_id)}sound-{attempt}.wav"


def piece_log_key(job_id: str, attempt: int, number: int) -> str:
    """Return the key of the log of piece `number`, counted from 0."""
    return f"{pieces_folder(job_id)}{number:02d}-{attempt}.log"


def is_encoded_once(manifest: Manifest) -> bool:
    """Return whether the pieces are (nearly) lossless movies, which only the assembly encodes.

    This is so for H.264. It predicts pictures from others and distributes bits over all of them, so
    pieces encoded separately would show seams. ProRes encodes each frame by itself, so the assembly
    copies its packets.
    """
    return manifest.media == "video" and "h264" in manifest.codec
