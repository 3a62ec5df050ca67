"""One font, and the names by which the bank, Windows, After Effects and the compositor know it.

A job names a font as people do; After Effects and the compositor look for a text's PostScript name;
what they miss they tell by family and style.
"""

from datetime import UTC, datetime

import pytest

from intarsia.domain.fonts import Font, FontStatus, find_font
from intarsia.fonts.names import read_names
from render_container.compositor.fonts import FontBook
from render_container.engines.log import EngineLog
from render_container.fonts.faces import names_in

MISSING = (
    "WARNING:After Effects warning: Grouped_Message_{some layers have missing dependencies. Press"
    " Ctrl-C to copy this list.|||a layer has missing dependencies.###@0 dependencies are missing:}"
    "Text Layer: Font family: House Grotesk, Font style: Regular"
)


@pytest.fixture
def file(tmp_path, build_font):
    """As it lies in a job's folder of fonts."""
    path = tmp_path / "fonts" / "000-grotesk.ttf"
    path.parent.mkdir()
    path.write_bytes(build_font("House Grotesk", postscript_name="HouseGrotesk-Regular"))
    return path


@pytest.fixture
def bank(file):
    names = read_names(file.read_bytes())
    font = Font(
        id="F",
        team_id="team",
        status=FontStatus.UPLOADED,
        file_name="Grotesk v2.ttf",
        family_name="Our Font",
        key="key",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        names=names,
    )
    return [font]


@pytest.mark.parametrize(
    "wanted",
    [
        *("HouseGrotesk-Regular", "House Grotesk Regular", "House Grotesk", "house grotesk"),
        *("Our Font", "Our Font Regular", "Grotesk v2.ttf", "grotesk V2"),
    ],
)
def test_a_job_finds_it_by_every_name_it_has(bank, wanted):
    assert find_font(bank, wanted) is bank[0]


def test_the_compositor_finds_it_in_the_jobs_folder_by_its_postscript_name(bank, file):
    face = FontBook([file.parent]).find(bank[0].names.postscript)

    assert face is not None
    assert face.path == file


def test_windows_labels_it_by_its_full_name(bank, file):
    assert names_in(file).label == f"{bank[0].names.full} (TrueType)"


def test_what_after_effects_misses_is_found_in_the_bank_by_the_name_it_tells(bank):
    log = EngineLog()

    log.read(MISSING)

    (missing,) = log.missing_fonts
    assert find_font(bank, missing) is bank[0]
