"""Motion Graphics templates (.mogrt): a zip of definition.json and a packed project.

Unpacked here: FOLDER holds the project and its footage, DEFINITION stands beside FOLDER.
"""

import json
from pathlib import Path
from typing import Any

from intarsia.projects.facts import EssentialFacts, MogrtFacts, ProjectFacts

FOLDER = "aegraphic"
DEFINITION = "definition.json"


def mogrt_of(project: Path) -> MogrtFacts | None:
    """What the definition says to which a project file belongs; None if it belongs to none."""
    for folder in project.absolute().parents:
        path = folder.parent / DEFINITION
        if folder.name == FOLDER and path.is_file():
            return read_definition(path.read_bytes())
    return None


def read_definition(content: bytes) -> MogrtFacts | None:
    """The name of a template and of its composition; None if this is no definition.

    The composition's name is `sourceInfoLocalized.<language>.name`, the same in every language.
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
    """The composition to render when none is named; None if several could be meant.

    The only one, the one that a .mogrt names, or the only one with an Essential Graphics panel
    that is not a layer of another composition.
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
    """The `mogrt` object of a Template: its name, composition and fields; empty for others."""
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
