"""Renders that fail and say so: a line, an exit code, or both."""

from tests.support.fake_aerender.player import Player
from tests.support.fake_aerender.saying import say

_LINES = {
    "unknown_comp": "aerender ERROR: No comp was found with the given name.",
    "unknown_module": "aerender ERROR: No output module template was found with the given name.",
    "unknown_settings": (
        "aerender ERROR: No render settings template was found with the given name."
    ),
    "no_project": "aerender ERROR: No project provided and no project open.",
    "missing_project": "aerender ERROR: After Effects error: File Not Found C:\\work\\project.aep",
    "no_output": (
        "aerender ERROR: Specified render queue item needs output file but none provided."
    ),
    "runtime": "aerender ERROR: Runtime error in After Effects.",
    "illegal_flag": "aerender SYNTAX ERROR: Illegal argument flag: -r",
    "no_value": "aerender SYNTAX ERROR: no value given for flag: -comp",
    "invalid_import": (
        "Error: After Effects error: File logoAnim_holder is not a valid file type for import."
    ),
    "compression": "Error: After Effects error: The source compression type is not supported.",
    "busy": (
        "aerender ERROR: After Effects can not render for aerender. Another instance of aerender, "
        "or another script, may be running; or, AE may be waiting for response from a modal "
        "dialog, or for a render to complete. Try running aerender without the -reuse flag to "
        "invoke a separate instance of After Effects"
    ),
    "no_answer": "aerender ERROR -1712: AESend failed to send apple event at line 909",
    "crash_report": "aerender ERROR: After Effects error: Crash in progress. Last logged message…",
    "internal": "aerender ERROR: After Effects error: internal verification failure, sorry!",
    "memory": "aerender ERROR: After Effects error: Unable to allocate enough memory to render.",
    "disk": "aerender ERROR: After Effects error: the disk is full.",
    "newer": "aerender ERROR: After Effects error: project.aep is from a newer version.",
    "licence": "aerender ERROR: After Effects error: Licensing has stopped working.",
    "font": "aerender ERROR: After Effects error: Unable to load font: Bebas",
    "german": "aerender FEHLER: After Effects-Fehler: Das hat noch niemand gesehen.",
    "unknown": "aerender ERROR: After Effects error: Something nobody has seen before.",
    "hook": "aerender ERROR: intarsia: the plan could not be applied.",
}


def fails(player: Player, name: str) -> int:
    """One line, and the code that goes with most of them."""
    player.announce()
    say(_LINES[name])
    return 3 if "SYNTAX" in _LINES[name] else 9


def fails_with_zero(player: Player, name: str) -> int:
    """The same line after a whole render, and exit code 0."""
    player.all()
    say(_LINES[name])
    return 0


def unknown_comp(player: Player) -> int:
    player.launch()
    return fails(player, "unknown_comp")


def exits(player: Player, code: str) -> int:
    """Without a word of why."""
    player.announce()
    return int(code)


def exit_without_a_word(player: Player) -> int:
    return 9


def script_failure(player: Player) -> int:
    player.launch()
    say("aerender ERROR: Error executing script: C:\\Users\\Admin\\job-script.jsx")
    say("Error: nexrender: Couldn't find any layers by provided name (P_img)")
    return 9


def script_failure_mixed(player: Player) -> int:
    """The launcher's lines come in between."""
    say("aerender ERROR: Error executing script: C:\\Users\\Admin\\job-script.jsx")
    player.launch()
    say("Error: nexrender: Couldn't find any layers by provided name (P_img)")
    return 9
