"""Media that assets with the template function `nx:genai` request from fal.ai.

Each asset's media is requested only once, across all attempts at the job, and then downloaded.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from intarsia.domain.functions import GenAi
from intarsia.fetching.fetch import shown
from intarsia.storage.objects import ObjectNotFoundError
from render_container.worker.fal import Answer, Fal, told, wait
from render_container.worker.parallel import Check
from render_container.worker.sources import from_url
from render_container.worker.work import RenderWork

_PLACES: Final = {
    "image": ("images", "image"),
    "video": ("video", "videos"),
    "audio": ("audio", "audio_file"),
}
"""Keys under which a model's result may hold the generated media, by type, in search order.

The value of such a key is an object with a `url`, or an array of such objects.
"""
_GOES_ON: Final = {"IN_QUEUE", "IN_PROGRESS"}  # statuses of a request that has not ended


@dataclass(frozen=True)
class Patience:
    """Time limits of polling for generated media, in seconds."""

    longest: float = 1800
    """Time after which a request that has no result counts as failed."""
    first: float = 1.0
    """Pause after the first poll. Each later pause is 1.5 times as long, up to `slowest`."""
    slowest: float = 5.0


PATIENCE: Final = Patience()


@dataclass(frozen=True)
class _Asked:
    """URLs of the status and the result of a request that fal has accepted."""

    status: httpx.URL
    result: httpx.URL


def generate(
    work: RenderWork, params: GenAi, number: int, path: Path, *, check: Check,
    patience: Patience = PATIENCE,
) -> str:  # fmt: skip
    """Have fal generate an asset's media, write the media to `path`, return its name for messages.

    `number` is the asset's position in the manifest, from 0. `patience` limits the polling of fal.
    Raises AttemptError if fal cannot generate the media or they cannot be downloaded. Also raises
    the exception that `check` raises.
    """
    with Fal(
        work.environment.fal_url,
        params.key,
        field=f"assets[{number}].params",
        allow_private=work.environment.allow_private_sources,
        check=check,
        pause=patience.first,
    ) as fal:
        asked = _asked(work, fal, params, number)
        check()
        _wait_for(fal, asked, params.type, check, patience)
        url = _media_url(fal, fal.get(asked.result), params.type)
        what = f"assets[{number}]: the {params.type} of {params.model} at {fal.plain(shown(url))}"
    from_url(work, url, path, what=what, check=check)
    return what


def kept_at(job_id: str, number: int) -> str:
    """Return the key in the renders bucket of the file with the URLs of an asset's request to fal.

    `number` is the asset's position in the manifest, from 0.
    """
    return f"jobs/{job_id}/genai-{number}.json"


def _asked(work: RenderWork, fal: Fal, params: GenAi, number: int) -> _Asked:
    """Return the URLs of the asset's request to fal; submit the request if none exists.

    A request of an earlier attempt is already paid for, so it is used again.
    """
    key = kept_at(work.manifest.job_id, number)
    try:
        kept: Answer = json.loads(work.renders.get_text(key))
        work.log.line(
            f"assets[{number}]: waiting for the request that an earlier attempt submitted to fal"
        )
        return _addresses(fal, kept)
    except ObjectNotFoundError:
        pass
    answer = fal.post(params.model, params.data)
    asked = _addresses(fal, answer)
    kept = {"status_url": str(asked.status), "response_url": str(asked.result)}
    work.renders.put_text(key, json.dumps(kept))  # immediately: the next attempt may start any time
    work.log.line(f"assets[{number}]: requested {params.type} from {params.model} at fal")
    return asked


def _addresses(fal: Fal, answer: Answer) -> _Asked:
    return _Asked(fal.address(answer, "status_url"), fal.address(answer, "response_url"))


def _wait_for(fal: Fal, asked: _Asked, kind: str, check: Check, patience: Patience) -> None:
    deadline = time.monotonic() + patience.longest
    pause = patience.first
    while True:
        answer = fal.get(asked.status)
        status = answer.get("status")
        if status == "COMPLETED" and not answer.get("error"):
            return
        if status not in _GOES_ON:
            said = told(answer) or f"its status is {status}"
            raise fal.failure(f"fal could not generate the {kind}: {said}")
        if time.monotonic() + pause > deadline:
            raise fal.failure(
                f"fal had not generated the {kind} after {patience.longest:g} seconds"
            )
        wait(pause, check)
        pause = min(pause * 1.5, patience.slowest)


def _media_url(fal: Fal, answer: Answer, kind: str) -> str:
    for name in _PLACES[kind]:
        found = answer.get(name)
        if isinstance(found, list):
            found = found[0] if found else None
        url = found.get("url") if isinstance(found, Mapping) else None
        if not isinstance(url, str):
            continue
        if not url.startswith(("https://", "http://")):
            raise fal.failure(
                "fal's response holds the file itself instead of its URL; remove sync_mode from"
                " the data"
            )
        return url
    names = ", ".join(map(str, answer)) or "none"
    raise fal.failure(f"fal's response holds no {kind}; its keys are: {names}")
