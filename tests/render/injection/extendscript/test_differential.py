"""The same plan, off-line by py-aep and inside After Effects by our script: the same project.

Equal means equal bytes of the saved files, else no difference in all that scripts can see. A plan
is named by its template and seed: `AGREE_ON=looks:17` runs that one alone.
"""

import os
from pathlib import Path

import pytest

from intarsia.projects.reader import read_in_process
from tests.render.injection.extendscript.dom.injectors import Disagreement, Injectors
from tests.render.injection.extendscript.dom.plans import Generator
from tests.render.injection.extendscript.dom.world import Habits

PLANS = {"names": 30, "trees": 15, "looks": 260, "times": 130, "panels": 65}
"""How many of each template; those with many compositions take longer to read."""
PER_ITEM = 65
ITEMS = [
    (name, range(start, min(start + PER_ITEM, count)))
    for name, count in PLANS.items()
    for start in range(0, count, PER_ITEM)
]
SAMPLES = ("nexrender_test", "Layer-01", "Property-01", "Item-01")
PER_SAMPLE = 8
UNKNOWN = (Habits(), Habits(flat=True), Habits(same=True), Habits(locks=True))
"""What is not known of After Effects: each plan is tried with one of the ways it may be."""


def run(
    name: str, seeds: range, templates: dict[str, Path], media: Path, injectors: Injectors
) -> tuple[int, int]:
    """How many plans were carried out and how many refused, all by both alike."""
    if name not in templates:
        pytest.skip("INTARSIA_SAMPLES is not set")
    facts = read_in_process(templates[name])
    kinds = {".mp4": "video", ".wav": "audio"}
    files = [(path, kinds.get(path.suffix, "image")) for path in sorted(media.iterdir())]
    # The two files that are no media stand for the clients' mistakes: rarely.
    files = [pair for pair in files if pair[0].stem not in {"text", "broken"}] * 8 + files
    done = refused = 0
    for seed in seeds:
        plan = Generator(seed, facts, files).plan()
        try:
            made = injectors.agree(templates[name], plan, UNKNOWN[seed % len(UNKNOWN)])
        except Exception as error:
            told = plan.model_dump_json(indent=1, exclude_defaults=True)
            raise Disagreement(f"plan {name}:{seed}\n{error}\n{told}") from error
        refused, done = (refused + 1, done) if isinstance(made, list) else (refused, done + 1)
    return done, refused


@pytest.mark.parametrize(
    ("name", "seeds"), [pytest.param(*item, id=f"{item[0]}-{item[1].start}") for item in ITEMS]
)
def test_both_injectors_make_the_same_project(
    name: str, seeds: range, templates: dict[str, Path], media: Path, injectors: Injectors
) -> None:
    done, refused = run(name, seeds, templates, media, injectors)
    # Neither may become rare unnoticed, or little is compared.
    assert done >= len(seeds) / 2
    assert done + refused == len(seeds)


def test_these_are_at_least_500_plans() -> None:
    assert sum(len(seeds) for _, seeds in ITEMS) >= 500


@pytest.mark.parametrize("name", SAMPLES)
def test_both_injectors_make_the_same_of_projects_that_after_effects_wrote(
    name: str, templates: dict[str, Path], media: Path, injectors: Injectors
) -> None:
    run(name, range(PER_SAMPLE), templates, media, injectors)


@pytest.mark.skipif("AGREE_ON" not in os.environ, reason="AGREE_ON names no plan")
def test_one_plan(templates: dict[str, Path], media: Path, injectors: Injectors) -> None:
    name, _, seed = os.environ["AGREE_ON"].partition(":")
    run(name, range(int(seed), int(seed) + 1), templates, media, injectors)
