"""Resolution of a plan: the project objects are found that each operation will change.

A target that is not found becomes a problem. Nothing is changed in this first phase. So an
operation that renames a layer, or replaces its source, cannot make a later operation miss it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from intarsia.domain.errors import Problem
from intarsia.domain.functions import CompDuration, LayerAutoscale, LayerRemove, SolidColor
from intarsia.projects.essential_fields import resolve_essential
from intarsia.projects.facts import LayerFacts, ProjectFacts
from intarsia.projects.functions import resolve_compositions, resolve_layers, sizing, source_text
from intarsia.projects.paths import Place
from intarsia.projects.resolving import (
    Spot,
    check_expression,
    expression_wins,
    fit_at,
    resolve_property,
    resolve_target,
)
from intarsia.projects.values import Fitting
from render_container.injection.operations import (
    Call,
    Operation,
    ReplaceFootage,
    RunScript,
    SetEssential,
    SetExpression,
    SetValue,
)
from render_container.injection.plan import Plan
from render_container.injection.properties import property_at


@dataclass(frozen=True)
class Value:
    """A value to write at one place in a layer, in the form that this place takes.

    `item` is the py-aep property at `place`, or the layer itself for an attribute of the layer.
    """

    item: Any
    layer: Any
    place: Place
    value: Fitting


@dataclass(frozen=True)
class Expression:
    """A new expression for `item`, which is a py-aep property of `layer`."""

    item: Any
    layer: Any
    text: str


@dataclass(frozen=True)
class Fit:
    """A layer to scale to its composition, or a text to fit, with the properties to write."""

    layer: Any
    scale: Any = None
    position: tuple[Any, ...] = ()
    """The property Position, or the two properties X Position and Y Position."""
    text: Any = None
    """The property Source Text of a text layer, else None.

    For a text layer, `scale` and `position` are not set.
    """


@dataclass
class Step:
    """One operation, with the project objects that it will change."""

    operation: Operation
    values: list[Value] = field(default_factory=list)
    expressions: list[Expression] = field(default_factory=list)
    layers: list[Any] = field(default_factory=list)
    """Layers that receive footage, or to which a template function is applied."""
    fits: list[Fit] = field(default_factory=list)
    compositions: list[Any] = field(default_factory=list)

    def without(self, removed: set[int]) -> bool:
        """Remove the layers with these `id()` values from this step. Return whether it had any."""
        before = len(self._all)
        self.values = [item for item in self.values if id(item.layer) not in removed]
        self.expressions = [item for item in self.expressions if id(item.layer) not in removed]
        self.fits = [item for item in self.fits if id(item.layer) not in removed]
        self.layers = [layer for layer in self.layers if id(layer) not in removed]
        return len(self._all) < before

    @property
    def _all(self) -> list[Any]:
        return [*self.values, *self.expressions, *self.fits, *self.layers]


@dataclass
class Resolved:
    """Result of `resolve`: the plan's steps on the project's objects, problems and warnings.

    The field of a problem or warning begins with that of its asset, such as `assets[2]`.
    """

    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def resolve(
    project: Any, facts: ProjectFacts, plan: Plan, *, has_after_effects: bool = False
) -> Resolved:
    """Resolve every target of `plan` in the py-aep `project`, whose facts are `facts`.

    Changes nothing, and returns problems instead of raising an error. If `has_after_effects` is
    False, each script in the plan is a problem.
    """
    return _Resolver(project, facts, plan, has_after_effects).run()


class _Resolver:
    def __init__(
        self, project: Any, facts: ProjectFacts, plan: Plan, has_after_effects: bool
    ) -> None:
        self._has_after_effects = has_after_effects
        self._facts = facts
        self._plan = plan
        self._comps = {comp.id: comp for comp in project.compositions}
        self._resolved = Resolved()
        self._added: set[tuple[int, Problem]] = set()
        """Problems and warnings so far, each with the `id()` of its list, to skip duplicates."""
        self._removed: set[int] = set()
        self._given_expressions: set[tuple[int, int, tuple[int, ...]]] = set()

    def run(self) -> Resolved:
        doubtful: list[tuple[str, Spot]] = []
        for operation in self._plan.operations:
            step = Step(operation)
            self._resolved.steps.append(step)
            match operation:
                case ReplaceFootage():
                    self._footage(operation, step)
                case SetEssential():
                    self._essential(operation, step)
                case Call():
                    self._call(operation, step)
                case RunScript():
                    if not self._has_after_effects:
                        problem = Problem(
                            "type", "a script needs After Effects, which does not render this job"
                        )
                        self._add(self._resolved.problems, operation.field, [problem])
                case SetValue() | SetExpression():
                    doubtful += self._property(operation, step)
            self._forget_removed(step)
        for field_name, spot in doubtful:
            warning = expression_wins(spot)
            if warning is not None and _key(spot) not in self._given_expressions:
                self._add(self._resolved.warnings, field_name, [warning])
        return self._resolved

    def _forget_removed(self, step: Step) -> None:
        """Remove from `step` the layers that earlier operations remove, with a warning.

        Also records the layers that this step removes.
        """
        operation = step.operation
        if step.without(self._removed):
            problem = Problem("layerName", "the layer is removed by an earlier asset")
            self._add(self._resolved.warnings, operation.field, [problem])
        if isinstance(operation, Call) and isinstance(operation.function.params, LayerRemove):
            self._removed |= {id(layer) for layer in step.layers}

    def _footage(self, operation: ReplaceFootage, step: Step) -> None:
        target = operation.target
        found = resolve_target(
            self._facts,
            target.composition,
            layer_name=target.layer_name,
            layer_index=target.layer_index,
            need="footage",
        )
        self._add(self._resolved.problems, operation.field, found.problems)
        self._add(self._resolved.warnings, operation.field, found.warnings)
        step.layers = [self._layer(layer) for layer in found.layers]

    def _essential(self, operation: SetEssential, step: Step) -> None:
        found = resolve_essential(
            self._facts, operation.composition, operation.name, operation.value
        )
        self._add(self._resolved.problems, operation.field, found.problems)
        self._add(self._resolved.warnings, operation.field, found.warnings)
        for setting in found.settings:
            layer, place = self._layer(setting.spot.layer), setting.spot.place
            step.values.append(Value(property_at(layer, place), layer, place, setting.value))

    def _call(self, operation: Call, step: Step) -> None:
        params = operation.function.params
        if isinstance(params, CompDuration):
            comps = resolve_compositions(self._facts, params.composition)
            if isinstance(comps, Problem):
                self._add(self._resolved.problems, operation.field, [comps])
            else:
                step.compositions = [self._comps[comp.aeid] for comp in comps]
            return
        found = resolve_layers(self._facts, params)
        self._add(self._resolved.problems, operation.field, found.problems)
        self._add(self._resolved.warnings, operation.field, found.warnings)
        step.layers = [self._layer(layer) for layer in found.layers]
        if isinstance(params, SolidColor):
            place = Place(name="solid colour", solid_color=True)
            step.values = [Value(layer, layer, place, params.color) for layer in step.layers]
        elif isinstance(params, LayerAutoscale):
            step.fits = [self._fit(layer) for layer in found.layers]

    def _fit(self, facts: LayerFacts) -> Fit:
        layer = self._layer(facts)
        if facts.kind == "text":
            text = source_text(self._facts, facts)
            assert not isinstance(text, Problem)
            return Fit(layer, text=property_at(layer, text.place))
        spots = sizing(self._facts, facts)
        assert not isinstance(spots, Problem)
        position = tuple(property_at(layer, spot.place) for spot in spots.position)
        return Fit(layer, property_at(layer, spots.scale.place), position)

    def _property(self, operation: SetValue | SetExpression, step: Step) -> list[tuple[str, Spot]]:
        target = operation.target
        found = resolve_property(
            self._facts,
            target.composition,
            operation.property,
            layer_name=target.layer_name,
            layer_index=target.layer_index,
        )
        self._add(self._resolved.problems, operation.field, found.problems)
        self._add(self._resolved.warnings, operation.field, found.warnings)
        bind: Callable[[Spot], Problem | None] = (
            (lambda spot: self._value(operation, step, spot))
            if isinstance(operation, SetValue)
            else (lambda spot: self._expression(operation, step, spot))
        )
        for spot in found.spots:
            problem = bind(spot)
            if problem is not None:
                self._add(self._resolved.problems, operation.field, [problem])
        if isinstance(operation, SetValue):
            return [(operation.field, spot) for spot in found.spots]
        return []

    def _value(self, operation: SetValue, step: Step, spot: Spot) -> Problem | None:
        fitting = fit_at(spot, operation.value)
        if isinstance(fitting, Problem):
            return fitting
        layer = self._layer(spot.layer)
        step.values.append(Value(property_at(layer, spot.place), layer, spot.place, fitting))
        return None

    def _expression(self, operation: SetExpression, step: Step, spot: Spot) -> Problem | None:
        problem = check_expression(spot, operation.expression)
        if problem is not None:
            return problem
        self._given_expressions.add(_key(spot))
        layer = self._layer(spot.layer)
        item = property_at(layer, spot.place)
        step.expressions.append(Expression(item, layer, operation.expression))
        return None

    def _layer(self, facts: LayerFacts) -> Any:
        return self._comps[facts.composition_id].layers[facts.index - 1]

    def _add(
        self, where: list[Problem], field_name: str, items: "tuple[Problem, ...] | list[Problem]"
    ) -> None:
        for item in items:
            problem = Problem(f"{field_name}.{item.field}", item.message)
            if (id(where), problem) not in self._added:
                self._added.add((id(where), problem))
                where.append(problem)


def _key(spot: Spot) -> tuple[int, int, tuple[int, ...]]:
    return (spot.layer.composition_id, spot.layer.index, spot.place.positions)
