"""Environment variables with which the host agent starts After Effects.

They are those of the agent's own variables that are on an allowlist. A request adds nothing but the
paths of its plan (the changes to the project) and of the plan's result.
"""

from collections.abc import Mapping
from pathlib import Path

from intarsia.names import ENV_PLAN, ENV_PLAN_RESULT

ENV_MARK = "INTARSIA_HOST_AGENT"
"""Variable that marks a process as started by a host agent; its value is the agent's spool path."""

# Variables by which Windows and its programs find their files and the user's, in upper case.
# An allowlist, because an operator may have set credentials. (The credentials of the machine's role
# are no variables: they are read from a network address.)
_KEPT_WINDOWS = """
    ALLUSERSPROFILE APPDATA COMMONPROGRAMFILES COMMONPROGRAMFILES(X86) COMMONPROGRAMW6432
    COMPUTERNAME COMSPEC DRIVERDATA HOMEDRIVE HOMEPATH LOCALAPPDATA NUMBER_OF_PROCESSORS OS PATH
    PATHEXT PROCESSOR_ARCHITECTURE PROCESSOR_IDENTIFIER PROCESSOR_LEVEL PROCESSOR_REVISION
    PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 PUBLIC SESSIONNAME SYSTEMDRIVE
    SYSTEMROOT TEMP TMP USERDOMAIN USERNAME USERPROFILE WINDIR
"""
_KEPT_LINUX = "HOME LANG LC_ALL LC_CTYPE PATH TMPDIR USER"
_KEPT = frozenset(_KEPT_WINDOWS.split() + _KEPT_LINUX.split())


def engine_environment(
    variables: Mapping[str, str], *, spool: Path, plan: Path | None, plan_result: Path | None
) -> dict[str, str]:
    """Return the environment variables to start After Effects with.

    `variables` are the agent's own, and `spool` is its spool. `plan` and `plan_result` are the
    files of the resolved plan and of its result; None means that no plan is applied.
    """
    kept = {name: value for name, value in variables.items() if name.upper() in _KEPT}
    # Plug-ins have OpenMP runtimes of their own. Without this variable, a second runtime would
    # abort the process.
    kept["KMP_DUPLICATE_LIB_OK"] = "TRUE"
    kept[ENV_MARK] = str(spool)
    if plan is not None and plan_result is not None:
        kept[ENV_PLAN] = str(plan)
        kept[ENV_PLAN_RESULT] = str(plan_result)
    return kept
