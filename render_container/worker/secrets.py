"""Replacement of a manifest's secret references by the secrets' values."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from pydantic import ValidationError

from intarsia.domain.manifests import AnyManifest, parse_manifest
from intarsia.domain.requests import problems_of
from intarsia.domain.secret_references import references_in, resolved
from intarsia.storage.secrets import SecretNotFoundError
from render_container.worker.errors import AttemptError
from render_container.worker.redaction import Redactor

FIELDS = ("src", "value", "params", "parameters", "globalDefaultValue")
"""Fields of an asset that may hold secret references."""

SecretOf = Callable[[str], str]
"""Function that returns the value of the secret with the given name.

Raises SecretNotFoundError if there is none, and botocore's ClientError if it cannot be read.
"""


@dataclass(frozen=True)
class _Place:
    """Place of a value that may hold secret references, in a manifest dumped as JSON data."""

    holder: dict[str, Any]
    """Object of the manifest that has the value under `key`."""
    key: str
    path: str
    """Path of the value in the manifest, as `problems_of` writes it."""
    field: str
    """Path of the value in the client's request."""


def with_secrets(manifest: AnyManifest, secret: SecretOf, redactor: Redactor) -> AnyManifest:
    """Return the manifest with all secret references replaced by the secrets' values.

    Registers the secrets' values with `redactor`. Validates the new values of the fields as if the
    client had sent them.

    Raises AttemptError, which names the field, if a secret does not exist or refers to another
    secret, or if a new value is invalid. Also raises it if the worker may not read secrets.
    """
    data = manifest.model_dump(mode="json", by_alias=True)
    places = [place for place in _places(data) if references_in(place.holder[place.key])]
    for place in places:
        value = resolved(place.holder[place.key], _redacted(secret, place.field, redactor))
        if isinstance(value, str) and references_in(value):
            raise AttemptError("user", f"{place.field}: a secret cannot refer to another secret.")
        place.holder[place.key] = value
    if not places:
        return manifest
    try:
        return parse_manifest(json.dumps(data))
    except ValidationError as error:
        problem = problems_of(error)[0]
        path = problem.field.partition(".")[2]  # without the manifest's kind in front
        place = next((place for place in places if path.startswith(place.path)), places[0])
        raise AttemptError(
            "user", f"{place.field}: invalid with the values of its secrets: {problem.message}."
        ) from None


def _redacted(secret: SecretOf, field: str, redactor: Redactor) -> SecretOf:
    def known(name: str) -> str:
        try:
            value = secret(name)
        except SecretNotFoundError:
            raise AttemptError("user", f'{field}: there is no secret named "{name}".') from None
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code != "AccessDeniedException":
                raise
            raise AttemptError(
                "configuration", f"The worker has no permission to read secrets ({code})."
            ) from error
        redactor.add(value)
        return value

    return known


def _places(data: dict[str, Any]) -> Iterator[_Place]:
    """Yield the place of each value in the dumped manifest that may hold secret references."""
    if data.get("templateSrc"):
        yield _Place(data, "templateSrc", "templateSrc", "template.src")
    for number, asset in enumerate(data.get("assets", [])):
        for key in FIELDS:
            if key in asset:
                yield _Place(asset, key, *[f"assets[{number}].{key}"] * 2)
    for number, clip in enumerate(data.get("clips", [])):
        yield _Place(clip, "src", f"clips[{number}].src", f"{clip['field']}.src")
    params = (data.get("upload") or {}).get("params", {})
    for key in params:
        yield _Place(params, key, *[f"upload.params.{key}"] * 2)
