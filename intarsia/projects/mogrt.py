"""Motion Graphics templates (.mogrt): a zip of `definition.json` and a packed project.

In the folder of an unpacked .mogrt, the subfolder FOLDER contains the project and its footage. The
file DEFINITION is beside that subfolder.
"""

import json
from pathlib import Path
from typing import Any

from intarsia.projects.facts import EssentialFacts, MogrtFacts, ProjectFacts

FOLDER = "aegraphic"
DEFINITION = "definition.json"


def mogrt_of(project: Path) -> MogrtFacts | None:
    """Return the facts of the unpacked .mogrt that the project file `project` is in.

    Returns None if the file is not in an unpacked .mogrt, or if its definition is not valid.
    """
    for folder in project.absolute().parents:
        path = folder.parent / DEFINITION
        if folder.name == FOLDER and path.is_file():
            return read_definition(path.read_bytes())
    return None


def read_definition(content: bytes) -> MogrtFacts | None:
    """Return the names of a Motion Graphics template and its composition, from its definition.

    `content` is that of `definition.json`. The composition's name is
    `sourceInfoLocalized.<language>.name`, the same in every language. Returns None if `content` is
    not JSON or lacks the template's name (`capsuleName`).
    """
    try:
        definition: Any = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(definition, dict) or not isinstance(definition.get("capsuleName"), str):
        return None
    sources = definition.get("sourceInfoLocalized")
    names = [
        source["name"]
        for source in (sources.values() if isinstance(sources, dict) else ())
        if isinstance(source, dict) and isinstance(source.get("name"), str)
    ]
    return MogrtFacts(name=definition["capsuleName"], composition=names[0] if names else None)


def main_composition(facts: ProjectFacts) -> str | None:
    """Return the name of the composition to render by default; None if it is ambiguous.

    If the project has only one composition, it is that one. In a .mogrt with several, it is the
    composition that the definition names. If the definition names none of them, it is the only
    one with an Essential Graphics panel that is not a layer of another composition.
    """
    names = {comp.aeid: comp.name for comp in facts.compositions}
    if len(names) == 1:
        return next(iter(names.values()))
    if facts.mogrt is None:
        return None
    if facts.mogrt.composition in names.values():
        return facts.mogrt.composition
    used = {layer.source_comp_id for layer in facts.layers}
    outermost = {field.composition_id for field in facts.essentials} - used
    return names.get(outermost.pop()) if len(outermost) == 1 else None


def mogrt_view(facts: ProjectFacts) -> dict[str, Any]:
    """Return the `mogrt` object of the API's Template; empty if the template is not a .mogrt."""
    if facts.mogrt is None:
        return {}
    return {
        "name": facts.mogrt.name,
        "composition": main_composition(facts),
        "controls": [_control(field) for field in facts.essentials],
    }


def _control(field: EssentialFacts) -> dict[str, Any]:
    view: dict[str, Any] = {
        "name": field.name,
        "path": field.path,
        "type": field.kind,
        "default": list(field.default) if isinstance(field.default, tuple) else field.default,
    }
    if field.choices:
        view["choices"] = list(field.choices)
    if field.minimum is not None and field.maximum is not None:
        view |= {"min": field.minimum, "max": field.maximum}
    return view
