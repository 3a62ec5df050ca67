"""`--set path=value`: one value of a job, changed before it is submitted."""

import copy
import json
import re
from typing import Any

from intarsia.cli.exits import InputError

_PATH = re.compile(r"(?P<path>[^.\[\]=]+(?:\.[^.\[\]=]+|\[[^\]]+\])*)=(?P<value>.*)", re.DOTALL)
_PART = re.compile(r"\[([^\]]+)\]|([^.\[\]]+)")


def with_setting(body: dict[str, Any], setting: str) -> dict[str, Any]:
    """Return a copy of the job `body` with one value changed.

    `setting` is like `settings.codec=image_png`, `assets[0].value=Hello` or
    `assets[headline].value=Hello`: brackets contain an index or a layer's name. A value that is
    valid JSON is parsed, any other is text. Raises InputError if the setting is malformed or its
    path does not fit the job; the message names the wrong part.
    """
    matched = _PATH.fullmatch(setting)
    if matched is None:
        raise InputError(f"--set {setting}: must be PATH=VALUE, such as assets[0].value=Hello")
    changed = copy.deepcopy(body)
    parts = [(found[1] or found[2], bool(found[1])) for found in _PART.finditer(matched["path"])]
    holder: Any = changed
    done = ""
    for number, (name, indexed) in enumerate(parts):
        place = _place(holder, name, indexed=indexed, done=done)
        done += f"[{name}]" if indexed else f".{name}" if done else name
        if number == len(parts) - 1:
            holder[place] = _value(matched["value"])
        else:
            if isinstance(place, str):
                holder.setdefault(place, {})
            holder = holder[place]
    return changed


def _place(holder: Any, name: str, *, indexed: bool, done: str) -> int | str:
    if indexed and isinstance(holder, list):
        return _index(holder, name, done)
    if not indexed and isinstance(holder, dict):
        return name
    wanted = "an array" if indexed else "an object"
    raise InputError(f"--set: {done or 'the job'} is not {wanted}, so it has no {name!r}")


def _index(holder: list[Any], name: str, done: str) -> int:
    if name.isdecimal():
        if int(name) < len(holder):
            return int(name)
        raise InputError(f"--set: no index {name} in {done}, which has {len(holder)} entries")
    found = [
        index
        for index, entry in enumerate(holder)
        if isinstance(entry, dict) and entry.get("layerName") == name
    ]
    if len(found) == 1:
        return found[0]
    if found:
        indexes = ", ".join(map(str, found))
        raise InputError(
            f"--set: {len(found)} entries of {done} have the layerName {name!r}: "
            f"use one of the indexes {indexes}"
        )
    raise InputError(f"--set: no entry of {done} has the layerName {name!r}")


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
