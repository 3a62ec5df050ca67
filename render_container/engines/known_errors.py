"""Known error messages of aerender and After Effects, each with the job's failure it causes."""

import re
from collections.abc import Sequence
from typing import Final, Literal

from intarsia.domain.jobs import Failure

Kind = Literal["user", "transient", "configuration"]

QUOTE_LIMIT = 500  # characters of the engine's message that a failure quotes

# Checked in this order; the first match in the first known error decides. Most patterns come from
# real lines. Those without an example in the tests' table follow After Effects' dialogs.
_KNOWN: Final[tuple[tuple[str, Kind, str], ...]] = (
    (
        "no comp was found with the given name",
        "user",
        "The template has no composition of that name that can be rendered.",
    ),
    (
        "no output module template was found",
        "configuration",
        "The engine has no output module template for the job's codec.",
    ),
    (
        "no render settings template was found",
        "configuration",
        "The engine has no render settings template for the job's quality.",
    ),
    (
        "syntax error|no value given for flag",
        "configuration",
        "The engine refused its command line: {}",
    ),
    ("no project provided", "configuration", "The engine refused its command line: {}"),
    ("needs output file", "configuration", "The engine refused its command line: {}"),
    ("error executing script", "user", "A script failed inside After Effects: {}"),
    (r"(newer|more recent|later) version", "user", "The project is from a newer version: {}"),
    ("not a valid file type for import", "user", "The engine cannot import a file: {}"),
    ("source compression type", "user", "A file uses a compression the engine cannot read: {}"),
    ("could not read from source", "user", "The engine could not read a source file: {}"),
    ("file not found", "user", "A file that the template needs is missing: {}"),
    ("unable to load font|missing fonts?", "user", "A font cannot be loaded: {}"),
    ("output module failed", "transient", "The output file could not be written: {}"),
    (
        "can not render for aerender",
        "transient",
        "After Effects was held by another instance, a script or a dialog on its machine.",
    ),
    (r"\baesend failed", "transient", "The engine did not answer: {}"),
    ("runtime error in", "transient", "The engine broke down: {}"),
    ("crash in progress", "transient", "The engine broke down: {}"),
    ("internal verification failure", "transient", "The engine broke down: {}"),
    (
        r"(out of|not enough) memory|unable to allocate",
        "transient",
        "The engine ran out of memory: {}",
    ),
    (r"disk (is )?full|no space left", "transient", "The machine ran out of disk space: {}"),
    ("render was aborted", "transient", "The engine aborted the render."),
    (
        r"\blicensing\b|\blicen[cs]e (is|has|could|expired|error)|\bsign in\b",
        "configuration",
        "After Effects asks for its licence: {}",
    ),
)

_PREFIXES = re.compile(
    r"^(aerender )?(syntax )?(error|fehler|erreur):\s*|^After Effects[- ](error|fehler):\s*"
    r"|^unable to render:\s*|^file not found:?\s*(?=\S)",
    re.IGNORECASE,
)
# The folders of an absolute path, from its drive, share or root up to the file's own name.
_FOLDERS = re.compile(r'(?:\b[A-Za-z]:|\\)[\\/](?:[^\\/:*?"<>|]+[\\/])*|(?<!\S)/(?:[^/\s]+/)+')


def of_errors(errors: Sequence[str]) -> Failure:
    """Return the job's failure for `errors`, the engine's error messages, at least one.

    The first known message decides. If none is known, the failure is of kind `user`, because the
    client's project is the probable cause.
    """
    for error in errors:
        for pattern, kind, sentence in _KNOWN:
            if re.search(pattern, error, re.IGNORECASE):
                return Failure(kind=kind, reason=sentence.format(quoted(error)))
    return Failure(kind="user", reason=f"The engine could not render: {quoted(errors[0])}")


def quoted(error: str) -> str:
    """Return an engine's error message, shortened for a client.

    Prefixes such as `ERROR:` are removed, and paths are reduced to file names. The result has at
    most QUOTE_LIMIT characters.
    """
    text = error
    while (shorter := _PREFIXES.sub("", text, count=1)) != text:
        text = shorter
    return _FOLDERS.sub("", text)[:QUOTE_LIMIT].rstrip()
