"""The environment of After Effects on the host: little of the agent's own, nothing from outside."""

from collections.abc import Mapping
from pathlib import Path

from intarsia.names import ENV_PLAN, ENV_PLAN_RESULT

ENV_MARK = "INTARSIA_HOST_AGENT"
"""The spool of the agent that started a process: by it the process is found again."""

# What Windows and its programs need to find their files and the user's, in upper case.
# Credentials of the machine's role come by address, not by environment, but an
# operator may have set some: so this is a list of what is let through, not of what is kept back.
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
    """What After Effects is started with; `variables` are the agent's own."""
    kept = {name: value for name, value in variables.items() if name.upper() in _KEPT}
    # Plug-ins bring OpenMP runtimes of their own; without this a second one aborts.
    kept["KMP_DUPLICATE_LIB_OK"] = "TRUE"
    kept[ENV_MARK] = str(spool)
    if plan is not None and plan_result is not None:
        kept[ENV_PLAN] = str(plan)
        kept[ENV_PLAN_RESULT] = str(plan_result)
    return kept
