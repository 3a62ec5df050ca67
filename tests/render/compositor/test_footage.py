"""Stills, alpha, sequences, and files that are not where the project says."""

import numpy as np
import pytest
from py_aep import AlphaMode

from render_container.compositor.errors import FootageError
from render_container.compositor.footagefiles import FootageFiles


@pytest.fixture
def red_half():
    """16 x 16, half transparent red."""
    return np.full((16, 16, 4), (200, 0, 0, 128))


def test_a_still_is_drawn_pixel_by_pixel(studio, picture):
    noise = np.random.default_rng(1).integers(0, 256, (48, 64, 3))
    studio.comp().add(studio.footage(picture(noise)))
    assert np.array_equal(studio.frame()[..., :3], noise)


def test_stills_shrink_without_aliasing(studio, picture):
    stripes = np.zeros((48, 64, 3))
    stripes[:, ::2] = 255
    layer = studio.comp().add(studio.footage(picture(stripes)))
    layer.transform.scale.value = [25, 25, 100]
    middle = studio.frame()[22:26, 28:36, 0].astype(int)
    assert np.abs(middle - 128).max() < 20


def test_straight_alpha(studio, picture, red_half):
    studio.comp().add(studio.footage(picture(red_half)))
    assert studio.frame()[24, 32].tolist() == pytest.approx([200, 0, 0, 128], abs=1)


def test_premultiplied_alpha_with_black_and_with_white(studio, picture, red_half):
    item = studio.footage(picture(red_half))
    studio.comp().add(item)
    item.main_source.alpha_mode = AlphaMode.PREMULTIPLIED
    item.main_source.premul_color = [0.0, 0.0, 0.0]
    assert studio.frame()[24, 32].tolist() == pytest.approx([255, 0, 0, 128], abs=1)

    over_white = np.full((16, 16, 4), (227, 127, 127, 128))
    picture(over_white)
    item.main_source.premul_color = [1.0, 1.0, 1.0]
    assert studio.frame()[24, 32].tolist() == pytest.approx([200, 0, 0, 128], abs=3)


def test_ignored_and_inverted_alpha(studio, picture, red_half):
    item = studio.footage(picture(red_half))
    studio.comp().add(item)
    item.main_source.alpha_mode = AlphaMode.IGNORE
    assert studio.frame()[24, 32].tolist() == [200, 0, 0, 255]
    item.main_source.alpha_mode = AlphaMode.STRAIGHT
    item.main_source.invert_alpha = True
    assert studio.frame()[24, 32, 3] == pytest.approx(127, abs=1)


def test_a_sequence_shows_one_file_a_frame(studio, picture):
    paths = [
        picture(np.full((48, 64, 3), value), f"shot_{index:03d}.png")
        for index, value in enumerate((40, 80, 120, 160), start=7)
    ]
    item = studio.footage(paths[0], sequence=True)
    item.main_source.conform_frame_rate = 25.0
    comp = studio.comp()
    comp.add(item)
    assert [int(studio.frame(n)[0, 0, 0]) for n in range(4)] == [40, 80, 120, 160]
    assert studio.frame(4)[0, 0, 3] == 0


def test_missing_footage_stops_the_render_by_name(studio, picture, red_half):
    path = picture(red_half, "Platzhalter Bild.jpg.png")
    studio.comp().add(studio.footage(path))
    path.unlink()
    with pytest.raises(FootageError, match=r"File Not Found .*Platzhalter Bild\.jpg\.png"):
        studio.frame()


def test_missing_footage_becomes_colour_bars_if_asked(studio, picture):
    path = picture(np.zeros((48, 64, 3)))
    studio.comp().add(studio.footage(path))
    path.unlink()
    frame = studio.frame(0, "main", "-continueOnMissingFootage")
    colours = {tuple(colour) for colour in frame[24, :, :3].tolist()}
    assert len(colours) >= 7
    assert (frame[..., 3] == 255).all()
    (warning,) = studio.warnings()
    assert f"File Not Found {path}" in warning


def test_missing_footage_on_a_disabled_layer_does_not_matter(studio, picture, red_half):
    path = picture(red_half)
    studio.comp().add(studio.footage(path)).enabled = False
    path.unlink()
    assert studio.frame()[..., 3].max() == 0


def test_a_damaged_still_stops_the_render_by_name(studio, picture, red_half):
    path = picture(red_half, "broken.png")
    studio.comp().add(studio.footage(path))
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(FootageError, match=r"Could not read from source .*broken\.png"):
        studio.frame()


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    (folder / "(Footage)" / "logos").mkdir(parents=True)
    (folder / "(Footage)" / "logos" / "Logo.png").write_bytes(b"1")
    (tmp_path / "secret.txt").write_bytes(b"2")
    return folder


@pytest.mark.parametrize(
    "stored",
    [
        r"C:\Users\me\job\(Footage)\logos\Logo.png",
        "/Volumes/edit/job/(Footage)/logos/Logo.png",
        r"D:\elsewhere\Logo.png",
        "logo.PNG",
    ],
)
def test_footage_of_another_machine_is_found_in_the_projects_folder(project, stored):
    assert FootageFiles(project).find(stored) == project / "(Footage)" / "logos" / "Logo.png"


@pytest.mark.parametrize(
    "stored", ["../secret.txt", r"..\secret.txt", "(Footage)/../../secret.txt", "", "a\0b"]
)
def test_nothing_outside_the_projects_folder_is_found_by_a_relative_path(project, stored):
    assert FootageFiles(project).find(stored) is None


def test_links_out_of_the_projects_folder_are_not_followed(project, tmp_path):
    (project / "secret.txt").symlink_to(tmp_path / "secret.txt")
    (project / "all").symlink_to(tmp_path)
    assert FootageFiles(project).find("C:/x/secret.txt") is None


def test_where_footage_is_held_to_a_folder_no_other_file_is_found(project, tmp_path):
    files = FootageFiles(project, only_in=project.parent / "elsewhere")
    assert files.find(str(tmp_path / "secret.txt")) is None

    (project / "link").symlink_to(tmp_path / "secret.txt")
    held = FootageFiles(project, only_in=project)
    assert held.find(str(project / "link")) is None
    logo = project / "(Footage)" / "logos" / "Logo.png"
    assert held.find(str(logo)) == logo


def test_the_stored_path_itself_comes_first(project, tmp_path):
    assert FootageFiles(project).find(str(tmp_path / "secret.txt")) == tmp_path / "secret.txt"
