"""Where the pieces of a job lie in the renders bucket, and what they are.

Names hold the attempt: what a task that was lost writes late is nobody's piece.
"""

from intarsia.domain.manifests import Manifest, pieces_folder


def pictures_key(job_id: str, attempt: int, number: int, extension: str) -> str:
    """The pictures of a piece; `extension` with its dot."""
    return f"{pieces_folder(job_id)}{number:02d}-{attempt}{extension}"


def sound_key(job_id: str, attempt: int) -> str:
    """The sound of the whole range."""
    return f"{pieces_folder(job_id)}sound-{attempt}.wav"


def piece_log_key(job_id: str, attempt: int, number: int) -> str:
    """The log of a piece."""
    return f"{pieces_folder(job_id)}{number:02d}-{attempt}.log"


def is_encoded_once(manifest: Manifest) -> bool:
    """Whether the pieces are pictures without loss, which only the assembly encodes.

    H.264 predicts pictures from others and spreads its bits over all of them. ProRes codes each
    frame for itself: its packets are copied.
    """
    return manifest.media == "video" and "h264" in manifest.codec
