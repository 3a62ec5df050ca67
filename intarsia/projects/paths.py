"""Property paths: resolution of paths such as `Effects.Fill.Color` to one place in a layer.

- A path is split into steps at `->` if it contains one, else at `.`.
- A step is a display name or a match name. If no name is equal to it, case, spaces and underscores
  of display names are ignored (`anchorPoint`).
- The groups that After Effects scripts may omit can be omitted before the first step (`Position`,
  `Source Text`).
- A path of one step may be an attribute of the layer (`inPoint`).
- A step that is still not found may be a property at any depth below, if only one has that name.
- The step after Source Text is an attribute of the text (`Source Text.fontSize`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from intarsia.domain.errors import Problem
from intarsia.projects.attributes import LAYER_ATTRIBUTES, TEXT_ATTRIBUTES, Attribute
from intarsia.projects.facts import LayerFacts, ProjectFacts, PropertyNode
from intarsia.projects.suggest import did_you_mean

SHORTCUT_GROUPS = (
    "ADBE Transform Group",
    "ADBE Text Properties",
    "ADBE Camera Options Group",
    "ADBE Light Options Group",
    "ADBE Audio Group",
    "ADBE Material Options Group",
    "ADBE Effect Parade",
)
"""Match names of the groups that may be omitted at the beginning of a path, in order of search."""


@dataclass(frozen=True)
class Place:
    """The property or attribute of one layer that a property path leads to."""

    name: str
    """Display names of the path's steps, joined by ` -> `, for messages."""
    positions: tuple[int, ...] = ()
    """Index of the property at each level of py-aep's `group.properties`.

    Empty if the place is not a property.
    """
    node: PropertyNode | None = None
    """The property; None for an attribute of the layer and for the colour of a solid."""
    attribute: Attribute | None = None
    """Attribute of the layer if `node` is None, else of the text document in `node`.

    None if the place is the property itself or the colour of a solid.
    """
    solid_color: bool = False
    """True if the place is the colour of the solid that is the layer's source."""


@dataclass(frozen=True)
class _At:
    positions: tuple[int, ...]
    node: PropertyNode
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return " -> ".join(self.names)


def find_property(facts: ProjectFacts, layer: LayerFacts, path: str) -> Place | Problem:
    """Return the property or attribute that `path` leads to in `layer`.

    The module's docstring has the rules for paths. Returns a Problem with the field `property` if
    `path` leads to nothing, to a group, or to more than one property.
    """
    tree = _Tree(facts, layer)
    steps = path.split("->") if "->" in path else path.split(".")
    steps = [step.strip() for step in steps]
    # A name may contain a dot, so the whole path is first tried as a single step.
    whole = tree.enter(None, path) if len(steps) > 1 else None
    if whole is not None:
        return _leaf(whole, path)
    return _follow(tree, layer, steps)


def _follow(tree: "_Tree", layer: LayerFacts, steps: list[str]) -> Place | Problem:
    at: _At | None = None
    for number, step in enumerate(steps):
        if at is not None and at.node.kind == "text":
            return _attribute(at, steps[number:])
        inner = tree.enter(at, step)
        if inner is None:
            if at is None and len(steps) == 1:
                own = _own(step)
                if own is not None:
                    return own
            unique = tree.anywhere(at, step)
            if isinstance(unique, Problem):
                return unique
            if unique is None:
                return _unknown(tree, layer, at, step)
            inner = unique
        at = inner
    if at is None:
        return Problem("property", "the property path is empty")
    return _leaf(at, steps[-1])


def _own(step: str) -> Place | None:
    """Return the layer attribute named `step` as a place; None if there is no such attribute."""
    attribute = LAYER_ATTRIBUTES.get(folded(step))
    return None if attribute is None else Place(name=attribute.name, attribute=attribute)


def _leaf(at: _At, step: str) -> Place | Problem:
    if at.node.kind == "group":
        return Problem("property", f'"{step}" is a group of properties; name a property in it')
    return Place(name=at.name, positions=at.positions, node=at.node)


def _attribute(at: _At, rest: list[str]) -> Place | Problem:
    attribute = TEXT_ATTRIBUTES.get(folded(rest[0]))
    if attribute is None or len(rest) > 1:
        wanted = ".".join(rest)
        known = (item.name for item in TEXT_ATTRIBUTES.values())
        return Problem(
            "property", f'"{wanted}" is not an attribute of {at.name}' + did_you_mean(wanted, known)
        )
    return Place(
        name=f"{at.name} -> {attribute.name}",
        positions=at.positions,
        node=at.node,
        attribute=attribute,
    )


def _unknown(tree: "_Tree", layer: LayerFacts, at: _At | None, step: str) -> Place | Problem:
    if at is None and folded(step) == "color" and _is_solid(layer):
        return Place(name="solid colour", solid_color=True)
    if at is None and not layer.properties:
        return Problem("property", f'the properties of layer "{layer.name}" cannot be read')
    known = [item.node.name for item in tree.below(at) if not item.node.hidden]
    if at is None:
        known += [attribute.name for attribute in LAYER_ATTRIBUTES.values()]
    place = f'layer "{layer.name}"' if at is None else f'"{at.name}" of layer "{layer.name}"'
    return Problem(
        "property", f'property "{step}" does not exist in {place}' + did_you_mean(step, known)
    )


def _is_solid(layer: LayerFacts) -> bool:
    return layer.source_type == "solid" and layer.kind == "av"


class _Tree:
    def __init__(self, facts: ProjectFacts, layer: LayerFacts) -> None:
        self._nodes = facts.nodes
        self._layer = layer

    def enter(self, at: _At | None, step: str) -> _At | None:
        """Return the child of `at` that is named `step`; None if there is none.

        If `at` is None, searches the layer's first level and the children of SHORTCUT_GROUPS. Exact
        names take precedence over names that differ by case, spaces or underscores.
        """
        rows = [list(self._children(at))]
        if at is None:
            groups = {item.node.match_name: item for item in rows[0]}
            rows += [
                list(self._children(groups[name])) for name in SHORTCUT_GROUPS if name in groups
            ]
        for matches in (_is_called, _is_nearly_called):
            for row in rows:
                for item in row:
                    if matches(item.node, step):
                        return item
        return None

    def anywhere(self, at: _At | None, step: str) -> _At | Problem | None:
        """Return the only property named `step` at any depth below `at`; None if there is none.

        If `at` is None, searches the whole layer. Returns a Problem if several properties have that
        name. Hidden properties are ignored.
        """
        shown = [item for item in self.below(at) if not item.node.hidden]
        for matches in (_is_called, _is_nearly_called):
            found = [item for item in shown if matches(item.node, step)]
            if len(found) == 1:
                return found[0]
            if found:
                listed = ", ".join(f'"{item.name}"' for item in found[:8])
                return Problem(
                    "property",
                    f'layer "{self._layer.name}" has several properties called "{step}";'
                    f" write the full path of one: {listed}",
                )
        return None

    def below(self, at: _At | None) -> Iterator[_At]:
        """Yield all nodes below `at`, or below the layer if it is None, parents before children."""
        for item in self._children(at):
            yield item
            if item.node.kind == "group":
                yield from self.below(item)

    def _children(self, at: _At | None) -> Iterator[_At]:
        ids = self._layer.properties if at is None else at.node.children
        start = ((), ()) if at is None else (at.positions, at.names)
        for position, node_id in enumerate(ids):
            node = self._nodes[node_id]
            yield _At((*start[0], position), node, (*start[1], node.name))


def _is_called(node: PropertyNode, step: str) -> bool:
    return step in (node.name, node.match_name)


def _is_nearly_called(node: PropertyNode, step: str) -> bool:
    return folded(node.name) == folded(step)


def folded(name: str) -> str:
    """Return a name in lower case, without spaces and underscores, for comparison."""
    return "".join(name.casefold().replace("_", " ").split())
