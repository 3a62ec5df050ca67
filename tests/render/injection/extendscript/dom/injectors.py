"""The same plan on the same template, by py-aep and by the script inside After Effects."""

import itertools
import json
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import py_aep
import quickjs  # type: ignore[import-untyped]

from intarsia.projects.facts import LayerFacts, ProjectFacts
from intarsia.projects.reader import open_project
from render_container.injection import inside, offline
from render_container.injection.errors import InjectionError
from render_container.injection.plan import Plan
from render_container.injection.result import read_result
from tests.render.injection.extendscript.dom.state import differences, state_of
from tests.render.injection.extendscript.dom.world import Habits, World

RUNTIME = Path(inside.__file__).parent / "extendscript" / "zz_intarsia.jsx"

# What aerender's own startup script has, as far as our script wraps it.
RENDERER = """
var gAECommandLineRenderer = {
    calls: [],
    GetFirstQueuedRQItemWithName: function (name) { this.calls.push(["find", name]); return null; },
    AddCompToRenderQueue: function (name) { this.calls.push(["add", name]); return {comp: name}; },
    EstablishAsOnlyQueuedItem: function (item) { this.calls.push(["establish", item]); }
};
"""


@dataclass
class Outcome:
    """What one injector made of a plan."""

    project: Any = None
    """None if the plan was refused."""
    saved: bytes = b""
    problems: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    """What both say while they do it, not what both find beforehand by the same code."""


class Disagreement(AssertionError):  # noqa: N818 - it is a failed assertion
    """The two injectors did not do the same."""


class Injectors:
    """Both injectors; files of the runs are in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._facts: dict[Path, ProjectFacts] = {}
        self.source = RUNTIME.read_text(encoding="utf-8")
        """The script, which a test may break."""

    @contextmanager
    def sharing_facts(self) -> Iterator["Injectors"]:
        """While in it, a template's facts are gathered once; it is still read for every run."""
        with (
            mock.patch.object(offline, "open_project", self._open),
            mock.patch.object(inside, "open_project", self._open),
        ):
            yield self

    def _open(
        self, path: Path, *, in_detail: Callable[[LayerFacts], bool]
    ) -> tuple[Any, ProjectFacts]:
        if path not in self._facts:
            # Of everything: which layers a plan asks about differs.
            self._facts[path] = open_project(path, in_detail=lambda _: True)[1]
        return py_aep.parse(path), self._facts[path]

    def offline(self, template: Path, plan: Plan) -> Outcome:
        """Carry out by py-aep."""
        saved = self._folder / "offline.aep"
        kept: list[Any] = []
        real = offline._save

        def keep(project: Any, save_to: Path) -> None:
            kept.append(project)
            real(project, save_to)

        with mock.patch.object(offline, "_save", keep):
            try:
                applied = offline.apply_plan(template, plan, saved)
            except InjectionError as error:
                return Outcome(problems=[(item.field, item.message) for item in error.problems])
        return Outcome(kept[0], saved.read_bytes(), [], applied.warnings)

    def inside(self, template: Path, plan: Plan, habits: Habits | None = None) -> Outcome:
        """Carry out by the script, started as After Effects starts it."""
        try:
            prepared = inside.prepare_inside(template, plan, self._folder)
        except InjectionError as error:
            return Outcome(problems=[(item.field, item.message) for item in error.problems])
        world = World(py_aep.parse(template).project, prepared.environment, habits)
        world.run(RENDERER)
        world.run(self.source)
        thrown = None
        try:
            world.run('gAECommandLineRenderer.GetFirstQueuedRQItemWithName("main"); 0')
        except quickjs.JSException as error:
            thrown = str(error)
        assert world.alerts == [], "a dialog would stop the render"
        assert world.suppressing == 0
        result = json.loads(prepared.result.read_text(encoding="ascii"))
        if result["status"] != "applied":
            assert thrown is not None, "After Effects would render what was not carried out"
            problems = [(item["field"], item["message"]) for item in result["problems"]]
            return Outcome(problems=problems)
        assert thrown is None, thrown
        applied = read_result(prepared.result, prepared)
        assert applied.applied == len(plan.operations)
        saved = self._folder / "inside.aep"
        saved.unlink(missing_ok=True)
        world.project.save(saved)
        return Outcome(world.project, saved.read_bytes(), [], applied.warnings)

    def agree(self, template: Path, plan: Plan, habits: Habits | None = None) -> Any:
        """The project that both made, or the problems that both found. Raises Disagreement."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with _numbered():
                one = self.offline(template, plan)
            with _numbered():
                other = self.inside(template, plan, habits)
            if one.problems or other.problems:
                if one.problems != other.problems:
                    raise Disagreement(f"offline {one.problems}, inside {other.problems}")
                return one.problems
            # Equal bytes are equal states; else it is looked at what the difference is.
            if one.saved != other.saved:
                found = list(differences(state_of(one.project), state_of(other.project)))
                if found:
                    raise Disagreement("offline, not inside:\n" + "\n".join(found[:20]))
            if sorted(one.warnings) != sorted(other.warnings):
                raise Disagreement(f"offline says {one.warnings}, inside {other.warnings}")
        return other.project


@contextmanager
def _numbered() -> Iterator[None]:
    """While in it, py-aep's random ids of imported files count from 1, so that files compare."""
    count = itertools.count(1)
    with mock.patch("uuid.uuid4", side_effect=lambda: uuid.UUID(int=next(count))):
        yield
