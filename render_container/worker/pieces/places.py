"""Keys of a job's pieces in the renders bucket, and their kind of encoding.

Keys contain the attempt, so no job refers to a file that a lost task writes late.
"""

from intarsia.domain.manifests import Manifest, pieces_folder


def pictures_key(job_id: str, attempt: int, number: int, extension: str) -> str:
    """Return the key of a piece's pictures; `extension` includes the dot."""
    return f"{pieces_folder(job_id)}{number:02d}-{attempt}{extension}"


def sound_key(job_id: str, attempt: int) -> str:
    """Return the key of the sound of the job's whole range of frames."""
    return f"{pieces_folder(job_id)}sound-{attempt}.wav"


def piece_log_key(job_id: str, attempt: int, number: int) -> str:
    """Return the key of a piece's log."""
    return f"{pieces_folder(job_id)}{number:02d}-{attempt}.log"


def is_encoded_once(manifest: Manifest) -> bool:
    """Return whether the pieces are (nearly) lossless movies, which only the assembly encodes.

    H.264 predicts pictures from others and distributes bits over all of them, so pieces encoded
    apart would show seams. ProRes encodes each frame by itself, so its packets are copied.
    """
    return manifest.media == "video" and "h264" in manifest.codec
