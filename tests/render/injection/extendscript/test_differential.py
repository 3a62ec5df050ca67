"""The same plan, off-line by py-aep and inside After Effects by our script: the same project.

Equal means equal bytes of the saved files, else no difference in all that scripts can see. A plan
is named by its template and seed: `AGREE_ON=looks:17` runs that one alone.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from intarsia.projects.reader import read_in_process
from render_container.injection.plan import Plan
from tests.render.injection.extendscript.dom.injectors import Disagreement, Injectors
from tests.render.injection.extendscript.dom.plans import Generator, kinds, operations
from tests.render.injection.extendscript.dom.world import Habits
from tests.support import campaign

PLANS = {"names": 30, "trees": 15, "looks": 260, "times": 130, "panels": 65}
"""How many of each template; those with many compositions take longer to read."""
PER_ITEM = 65
ITEMS = [
    (name, range(start, min(start + PER_ITEM, count)))
    for name, count in PLANS.items()
    for start in range(0, count, PER_ITEM)
]
SAMPLES = ("nexrender_test", "Layer-01", "Property-01", "Item-01")
PER_SAMPLE = campaign.size(3, 8)
FEW = 3
"""Kinds that may be in refused plans alone."""
UNKNOWN = (Habits(), Habits(flat=True), Habits(same=True), Habits(locks=True))
"""Ways After Effects may behave where its documentation is silent; each plan tries one."""


class Trials:
    """Plans over templates, and what both injectors make of them."""

    def __init__(self, templates: dict[str, Path], media: Path, injectors: Injectors) -> None:
        self._templates = templates
        self._injectors = injectors
        kinds = {".mp4": "video", ".wav": "audio"}
        files = [(path, kinds.get(path.suffix, "image")) for path in sorted(media.iterdir())]
        # The two files that are no media stand for the clients' mistakes: rarely.
        good = [pair for pair in files if pair[0].stem not in {"text", "broken"}]
        self._files = good * 8 + files

    def plans(self, name: str, seeds: range) -> dict[int, Plan]:
        """The plans over a template, by seed. Skips the test if there is no such sample."""
        if name not in self._templates:
            pytest.skip("INTARSIA_SAMPLES is not set")
        facts = read_in_process(self._templates[name])
        return {seed: Generator(seed, facts, self._files).plan() for seed in seeds}

    def carried_out(self, name: str, seed: int, plan: Plan) -> bool:
        """Whether both carry the plan out, not refuse it. Raises Disagreement."""
        try:
            made = self._injectors.agree(self._templates[name], plan, UNKNOWN[seed % len(UNKNOWN)])
        except Exception as error:
            told = plan.model_dump_json(indent=1, exclude_defaults=True)
            raise Disagreement(f"plan {name}:{seed}\n{error}\n{told}") from error
        return not isinstance(made, list)

    def run(self, name: str, seeds: range) -> int:
        """How many of the plans were carried out, the others being refused by both alike."""
        plans = self.plans(name, seeds)
        return sum(self.carried_out(name, seed, plan) for seed, plan in plans.items())


@pytest.fixture
def trials(templates: dict[str, Path], media: Path, injectors: Injectors) -> Trials:
    return Trials(templates, media, injectors)


def test_both_injectors_make_the_same_of_every_kind_of_operation(
    templates: dict[str, Path], trials: Trials
) -> None:
    """A tenth of all plans: every kind that one of them carries out is carried out."""
    plans = {
        (name, seed): plan
        for name, count in PLANS.items()
        for seed, plan in trials.plans(name, range(count)).items()
    }
    exercised = {
        key: kinds(plan) | {(key[0], *item) for item in operations(plan)}
        for key, plan in plans.items()
    }
    sizes = {name: templates[name].stat().st_size for name in PLANS}
    left = set[Any]().union(*exercised.values())
    done = refused = 0
    while left & set[Any]().union(*exercised.values()):
        # Twice as large a template takes twice as long.
        best = max(exercised, key=lambda each: len(exercised[each] & left) / sizes[each[0]])
        found = exercised.pop(best)
        if trials.carried_out(*best, plans[best]):
            left -= found
            done += 1
        else:
            refused += 1
    # Neither may become rare unnoticed, or little is compared.
    assert done >= refused > 0
    assert len(left) <= FEW, left


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "seeds"), [pytest.param(*item, id=f"{item[0]}-{item[1].start}") for item in ITEMS]
)
def test_both_injectors_make_the_same_project(name: str, seeds: range, trials: Trials) -> None:
    # Neither may become rare unnoticed, or little is compared.
    assert len(seeds) / 2 <= trials.run(name, seeds) < len(seeds)


def test_these_are_at_least_500_plans() -> None:
    assert sum(len(seeds) for _, seeds in ITEMS) >= 500


@pytest.mark.parametrize("name", SAMPLES)
def test_both_injectors_make_the_same_of_projects_that_after_effects_wrote(
    name: str, trials: Trials
) -> None:
    trials.run(name, range(PER_SAMPLE))


@pytest.mark.skipif("AGREE_ON" not in os.environ, reason="AGREE_ON names no plan")
def test_one_plan(trials: Trials) -> None:
    name, _, seed = os.environ["AGREE_ON"].partition(":")
    trials.run(name, range(int(seed), int(seed) + 1))
