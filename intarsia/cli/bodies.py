"""Request bodies from JSON files, with names of templates replaced by their ids."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from intarsia.cli.exits import InputError
from intarsia.client import Client
from intarsia.client.models import Template
from intarsia.domain.bodies import parse_json
from intarsia.domain.errors import RequestError
from intarsia.domain.ids import TEMPLATE_ID_PATTERN

NAMED_TEMPLATE = re.compile(r"\$\{templates\.([^}]+)\}")


def read_body(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; `-` is stdin.

    Raises InputError if the file cannot be read, or does not contain a JSON object in UTF-8.
    """
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        body = parse_json(text)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: must be UTF-8 text") from None
    except RequestError as error:
        raise InputError(f"{path}: {error}") from None
    if not isinstance(body, dict):
        raise InputError(f"{path}: must be a JSON object")
    return body


def with_template_ids(client: Client, bodies: Sequence[Any]) -> list[Any]:
    """Return the bodies with `${templates.NAME}` replaced by the id of the template of that name.

    Sends a request to the API only if a body names a template. Raises InputError for a name that no
    template or more than one has.
    """
    wanted = sorted({name for body in bodies for name in _template_names(body)})
    if not wanted:
        return list(bodies)
    templates = client.templates.list()
    ids = {name: _only(name, templates).id for name in wanted}
    return [
        _replaced(body, lambda text: NAMED_TEMPLATE.sub(lambda found: ids[found[1]], text))
        for body in bodies
    ]


def find_template(client: Client, given: str) -> Template:
    """Return the template whose id or name is `given`.

    Raises InputError for a name that no template or more than one has, and the API client's
    ClientError for an unknown id.
    """
    if re.match(TEMPLATE_ID_PATTERN, given):
        return client.templates.get(given)
    return client.templates.get(_only(given, client.templates.list()).id)


def _only(name: str, templates: Sequence[Template]) -> Template:
    found = [template for template in templates if template.display_name == name]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(template.id for template in found)
        raise InputError(
            f"{len(found)} templates have the name {name!r}: delete all but one with "
            f"`intarsia templates delete ID`, or write an id instead of the name: {ids}"
        )
    known = ", ".join(sorted({template.display_name for template in templates})) or "none"
    raise InputError(f"no template has the name {name!r}; known names: {known}")


def _template_names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from NAMED_TEMPLATE.findall(value)
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _template_names(each)


def _replaced(value: Any, replace: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, dict):
        return {name: _replaced(each, replace) for name, each in value.items()}
    return [_replaced(each, replace) for each in value] if isinstance(value, list) else value
