"""The command `intarsia-worker doctor`, which runs checks and exits with 1 on a problem."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

from intarsia.names import ENV_SPOOL
from render_container.doctor.after_effects import check_after_effects
from render_container.doctor.agent import check_agent
from render_container.doctor.finding import Finding, State
from render_container.doctor.fonts import check_compositor_fonts, check_windows_fonts
from render_container.doctor.gpu import check_gpu, check_no_gpu
from render_container.doctor.hook import check_hook
from render_container.doctor.licence import check_licence
from render_container.doctor.machine import Machine
from render_container.doctor.report import as_json, print_table, problems
from render_container.doctor.resources import check_after_effects_resources, check_resources
from render_container.doctor.role import check_role
from render_container.doctor.software import check_drawing, check_software
from render_container.doctor.templates import check_templates

Check = Callable[[Machine], Iterable[Finding]]


class Part(StrEnum):
    """Purpose of a machine or container image, by which the doctor selects its checks."""

    COMPOSITOR = "compositor"
    """Rendering without After Effects: in the Linux image or on a laptop."""
    WORKER = "worker"
    """Rendering through the host agent of a GPU machine: the Windows image for the GPU."""
    AFTER_EFFECTS = "after-effects"
    """Rendering with After Effects in a container: the Windows image for the CPU."""
    MACHINE = "machine"
    """The GPU machine itself, where the host agent runs After Effects."""


_ENGINE: Sequence[Check] = (
    check_after_effects,
    check_licence,
    check_hook,
    check_templates,
    check_windows_fonts,
)
"""Checks of an environment in which After Effects itself runs."""
CHECKS: dict[Part, Sequence[Check]] = {
    Part.COMPOSITOR: (
        check_software,
        check_drawing,
        check_compositor_fonts,
        check_role,
        check_resources,
    ),
    Part.WORKER: (check_software, check_agent, check_role, check_resources),
    Part.AFTER_EFFECTS: (
        check_software,
        *_ENGINE,
        check_no_gpu,
        check_role,
        check_after_effects_resources,
    ),
    Part.MACHINE: (check_software, *_ENGINE, check_gpu, check_agent, check_after_effects_resources),
}
"""Checks of each part, in the order of the report."""


def main(arguments: Sequence[str], machine: Machine | None = None) -> int:
    """Run the checks of one part and print the findings. Return 1 if there is a problem, else 0.

    `arguments` are those of the command line. `machine` is the machine to check; None for the one
    on which this process runs.
    """
    machine = machine or Machine.this()
    parser = argparse.ArgumentParser(
        prog="intarsia-worker doctor",
        description="Check that this machine or image has everything that renders need.",
    )
    parser.add_argument(
        "--part",
        choices=[str(part) for part in Part],
        help="purpose of the machine or image (default: detected)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    part = Part(given.part) if given.part else guess_part(machine)
    findings = examine(machine, CHECKS[part])
    if given.json:
        sys.stdout.write(as_json(findings) + "\n")
    else:
        print_table(part, findings, sys.stdout)
    return 1 if problems(findings) else 0


def guess_part(machine: Machine) -> Part:
    """Return the probable part, from the operating system and from INTARSIA_SPOOL.

    It is never Part.MACHINE, which the caller must select with `--part`.
    """
    if not machine.windows:
        return Part.COMPOSITOR
    return Part.WORKER if machine.variables.get(ENV_SPOOL) else Part.AFTER_EFFECTS


def examine(machine: Machine, checks: Sequence[Check]) -> list[Finding]:
    """Run all checks and return their findings. An exception in a check becomes a PROBLEM."""
    findings: list[Finding] = []
    for check in checks:
        try:
            findings.extend(check(machine))
        except Exception as error:  # noqa: BLE001 - any exception becomes a finding
            name = check.__name__.removeprefix("check_").replace("_", " ")
            met = f"the check failed: {type(error).__name__}: {error}"
            findings.append(Finding(State.PROBLEM, name, met, "report it to the maintainers"))
    return findings
