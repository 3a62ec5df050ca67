"""Checks that After Effects is installed and complete, and that its aerender starts."""

import re
from collections.abc import Iterator

from intarsia.domain.settings import Engine
from render_container.doctor.finding import Finding, State
from render_container.doctor.installs import Install, find_installs
from render_container.doctor.machine import Machine
from render_container.engines.command import engine_command
from render_container.engines.errors import EngineError

PATIENCE = 120.0  # seconds for `aerender -version`; the first after an installation takes long
_ANSWER = re.compile(r"^aerender version (\S+)", re.MULTILINE)


def check_after_effects(machine: Machine) -> Iterator[Finding]:
    """Yield findings on each After Effects installation, and on each engine that renders with it.

    An engine has the command with which it would render, or a note that it is not installed. It is
    a problem if there is no installation at all.
    """
    installs = find_installs(machine)
    if not installs:
        advice = "install After Effects or unpack its Support Files under Program Files\\Adobe"
        yield Finding(State.PROBLEM, "After Effects", "not installed", advice)
    for install in installs:
        yield _installed(install)
        if install.aerender.is_file():
            yield _answers(machine, install)
    for engine in (Engine.AE2025, Engine.AE2026):
        yield _engine(machine, engine)


def _installed(install: Install) -> Finding:
    missing = [
        name
        for name in ("aerender.exe", "AfterFX.exe", "AfterFX.com")
        if not (install.support / name).is_file()
    ]
    if missing:
        advice = "install it again, or unpack all of Support Files"
        found = f"missing: {', '.join(missing)}"
        return Finding(State.PROBLEM, install.folder.name, found, advice)
    version = install.version or "unknown version"
    return Finding(State.OK, install.folder.name, f"{version} in {install.folder}")


def _answers(machine: Machine, install: Install) -> Finding:
    """Return a finding on whether the installation's aerender prints its version.

    The exit code is ignored, because a successful `aerender -version` has been seen to exit with
    15.
    """
    ran = machine.run([str(install.aerender), "-version"], PATIENCE)
    answer = _ANSWER.search(ran.output)
    if answer:
        return Finding(State.OK, "aerender", f"version {answer[1]}")
    said = " ".join(ran.output.split())[:200] or "nothing"
    advice = f"run it by hand: {install.aerender} -version"
    return Finding(State.PROBLEM, "aerender", f"prints no version, but: {said}", advice)


def _engine(machine: Machine, engine: Engine) -> Finding:
    what = f"engine {engine}"
    try:
        command = engine_command(engine, machine.variables)
    except EngineError as error:
        return Finding(State.NOTE, what, f"{error} Jobs with this engine fail here.")
    return Finding(State.OK, what, " ".join(command))
