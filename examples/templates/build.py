"""Builder of all example templates: `python -m examples.templates.build OUTDIR`."""

import sys
from pathlib import Path

from examples.templates import (
    final_scene,
    intro,
    logo_sting,
    lower_third,
    main_scene,
    name_card,
)
from examples.templates.package import BuiltTemplate

TEMPLATES = (final_scene, intro, name_card, logo_sting, main_scene, lower_third)


def build_all(into: Path) -> list[BuiltTemplate]:
    """Write all templates into the folder `into`, creating it and replacing earlier templates."""
    into.mkdir(parents=True, exist_ok=True)
    return [template.build(into) for template in TEMPLATES]


def main(arguments: list[str]) -> int:
    """Build the templates into the one folder in `arguments` and list them.

    Return 0, or 2 if there is not exactly one argument.
    """
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m examples.templates.build OUTDIR\n")
        return 2
    for template in build_all(Path(arguments[0])):
        comps = ", ".join(template.compositions)
        sys.stdout.write(f"{template.name:12} {template.path}  (compositions: {comps})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
