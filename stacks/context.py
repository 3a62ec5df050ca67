"""Settings from the CDK's context: `cdk.json`, the operator's file and the command line."""

import difflib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from stacks.settings import Settings

if TYPE_CHECKING:
    from constructs import Node

FILE = "configuration"
"""Context key whose value is the path of a JSON file with settings.

The path is relative to the working directory.
"""

KEYS = {field.alias or name: name for name, field in Settings.model_fields.items()}
"""Names of the fields of Settings, by the settings' keys in the context."""


class SettingError(ValueError):
    """Failure to read the settings. The message names the setting or file, and what is valid."""


def settings_of(node: "Node") -> Settings:
    """Return the settings from the context of `node`, the CDK app's node.

    The context takes precedence over the file that it names (`FILE`), and the file over the
    defaults. The default account and region are those of the CDK's credentials. Raises SettingError
    if the file cannot be read, or if a setting is unknown or invalid.
    """
    context = node.get_all_context()
    given = {key: value for key, value in context.items() if _is_setting(key)}
    file = given.pop(FILE, None)
    ambient = {
        "account": os.environ.get("CDK_DEFAULT_ACCOUNT"),
        "region": os.environ.get("CDK_DEFAULT_REGION"),
    }
    known = {key: value for key, value in ambient.items() if value}
    return _valid(known | (_read(Path(str(file))) if file else {}) | given)


def _is_setting(key: str) -> bool:
    """Return whether a context key names a setting.

    Keys of feature flags contain an @, and keys of the CDK's cached lookups a colon.
    """
    return re.fullmatch(r"\w+", key) is not None


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text())
    except OSError as error:
        raise SettingError(f"{FILE} {file}: {error.strerror}") from error
    except ValueError as error:
        raise SettingError(f"{FILE} {file} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise SettingError(f"{FILE} {file}: must contain one JSON object with settings as keys")
    return found


def _valid(given: Mapping[str, Any]) -> Settings:
    for key in given:
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, 1, 0.6)
            hint = (
                f'; did you mean "{near[0]}"?'
                if near
                else "; docs/configuration.md lists all settings"
            )
            raise SettingError(f'unknown setting "{key}"{hint}')
    try:
        return Settings.model_validate(dict(given))
    except ValidationError as error:
        raise SettingError("\n".join(_said(each) for each in error.errors())) from None


def _said(problem: Any) -> str:
    where = ".".join(map(str, problem["loc"]))
    message = problem["msg"].removeprefix("Value error, ")
    if not where:
        return str(message)
    return f'"{where}" is {problem["input"]!r}: {message}'
