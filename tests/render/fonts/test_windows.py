"""Fonts of one user on Windows, with a made-up registry."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from render_container.fonts import windows as module
from render_container.fonts.faces import names_in
from render_container.fonts.windows import PREFIX, UserFonts
from tests.support import campaign


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "Microsoft" / "Windows" / "Fonts"


@pytest.fixture
def fonts(folder, windows):
    return UserFonts(folder, windows)


def test_a_font_is_a_file_a_registry_value_and_a_message(fonts, folder, windows, liberation):
    warnings = fonts.install([liberation("Sans-Bold")])

    (file,) = folder.iterdir()
    assert file.read_bytes() == liberation("Sans-Bold").read_bytes()
    assert windows.values == {"Liberation Sans Bold (TrueType)": str(file)}
    assert windows.loaded == [str(file)]
    assert windows.announced == 1
    assert warnings == []


def test_afterwards_nothing_is_left(fonts, folder, windows, liberation):
    fonts.install([liberation("Sans-Bold"), liberation("Mono-Regular")])

    fonts.remove()

    assert (windows.values, windows.loaded, list(folder.iterdir())) == ({}, [], [])
    assert windows.announced == 2


def test_labels_say_how_the_outlines_are_drawn(tmp_path, build_font, build_collection):
    def label(name, data):
        (tmp_path / name).write_bytes(data)
        return names_in(tmp_path / name).label

    assert label("a.otf", build_font("Brand", postscript=True)) == "Brand Regular (OpenType)"
    assert label("b.otf", build_font("Brand")) == "Brand Regular (TrueType)"
    collection = build_collection("Mincho", "P Mincho")
    assert label("c.ttc", collection) == "Mincho Regular & P Mincho Regular (TrueType)"


def test_two_fonts_of_one_name_are_both_entered(fonts, windows, liberation, tmp_path):
    twin = tmp_path / "again.ttf"
    twin.write_bytes(liberation("Sans-Bold").read_bytes())

    assert fonts.install([liberation("Sans-Bold"), twin]) == []

    assert list(windows.values) == [
        "Liberation Sans Bold (TrueType)",
        "Liberation Sans Bold #2 (TrueType)",
    ]
    assert len(set(windows.values.values())) == 2


def test_a_font_of_the_users_own_is_never_touched(fonts, folder, windows, liberation):
    folder.mkdir(parents=True)
    own = folder / "LiberationSans-Bold.ttf"
    own.write_bytes(b"theirs")
    windows.values = {
        "LIBERATION SANS BOLD (TrueType)": str(own),
        "Elsewhere (TrueType)": rf"C:\Fonts\{PREFIX}looks-like-ours.ttf",
        "System (TrueType)": "arial.ttf",
    }
    before = dict(windows.values)

    fonts.sweep()
    fonts.install([liberation("Sans-Bold")])
    assert "Liberation Sans Bold #2 (TrueType)" in windows.values
    fonts.remove()

    assert windows.values == before
    assert [each.name for each in folder.iterdir()] == [own.name]
    assert own.read_bytes() == b"theirs"


def test_what_a_crashed_run_left_is_swept(folder, windows, liberation):
    UserFonts(folder, windows).install([liberation("Sans-Bold")])  # and then the machine went off
    (folder / f"{PREFIX}007.otf").write_bytes(b"never entered")

    UserFonts(folder, windows).sweep()

    assert (windows.values, windows.loaded, list(folder.iterdir())) == ({}, [], [])


def test_nothing_is_announced_when_there_was_nothing_to_sweep(fonts, windows):
    fonts.sweep()

    assert windows.announced == 0


def test_a_file_that_is_no_font_is_a_warning_and_the_others_are_installed(
    fonts, folder, windows, tmp_path, liberation
):
    broken, empty = tmp_path / "broken.ttf", tmp_path / "empty.otf"
    broken.write_bytes(b"\0\1\0\0nothing more")
    empty.write_bytes(b"OTTO")
    gone = tmp_path / "gone.ttf"

    warnings = fonts.install([broken, empty, gone, liberation("Serif-Italic")])

    assert [warning.partition(" was")[0] for warning in warnings] == [
        'fonts: "broken.ttf"',
        'fonts: "empty.otf"',
        'fonts: "gone.ttf"',
    ]
    assert list(windows.values) == ["Liberation Serif Italic (TrueType)"]
    assert len(list(folder.iterdir())) == 1


def test_a_font_that_windows_refuses_leaves_no_trace(fonts, folder, windows, liberation):
    windows.load = lambda _: False

    (warning,) = fonts.install([liberation("Sans-Bold")])

    assert "Windows does not recognise it as a font" in warning
    assert (windows.values, list(folder.iterdir())) == ({}, [])


def test_a_registry_that_refuses_leaves_no_trace(fonts, folder, windows, liberation):
    def refuse(*_):
        raise PermissionError(13, "Access is denied")

    windows.enter = refuse

    (warning,) = fonts.install([liberation("Sans-Bold")])

    assert "Access is denied" in warning
    assert (windows.loaded, list(folder.iterdir())) == ([], [])


def test_a_file_that_is_still_open_is_left_to_the_next_sweep(
    fonts, folder, windows, liberation, monkeypatch
):
    fonts.install([liberation("Sans-Bold")])
    with monkeypatch.context() as held:
        held.setattr(Path, "unlink", _in_use)
        fonts.remove()
    assert windows.values == {}
    assert len(list(folder.iterdir())) == 1

    fonts.install([liberation("Mono-Bold")])
    assert len(list(folder.iterdir())) == 2  # not over the one that is open
    fonts.remove()

    assert list(folder.iterdir()) == []


def _in_use(*_args, **_options):
    raise PermissionError(32, "used by another process")


@settings(
    max_examples=campaign.size(20, 50), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(["A", "B", "a b"]), max_size=6), st.sampled_from(["A", "x"]))
def test_every_font_gets_a_label_of_its_own(names, theirs):
    taken = {f"{theirs} (TrueType)".casefold()}
    labels = []
    for name in names:
        label = module._free(f"{name} (TrueType)", taken)
        taken.add(label.casefold())
        labels.append(label)

    assert len({label.casefold() for label in labels}) == len(names)
    assert f"{theirs} (TrueType)" not in labels
    assert all(label.endswith("(TrueType)") for label in labels)
