"""The whole of it, through a fake winreg and a fake gdi32; and what other systems do."""

import ctypes
import importlib
import sys

import pytest

from render_container.fonts.installing import font_files, installed


@pytest.fixture
def on_windows(monkeypatch, tmp_path, winreg, libraries):
    """A process that takes itself to be on Windows."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "winreg", winreg)
    monkeypatch.setattr(ctypes, "WinDLL", libraries, raising=False)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    name = "render_container.fonts.windows_api"
    monkeypatch.delitem(sys.modules, name, raising=False)
    importlib.import_module(name)
    yield tmp_path / "Local" / "Microsoft" / "Windows" / "Fonts"
    del sys.modules[name]


@pytest.fixture
def job_fonts(tmp_path, liberation, build_collection):
    folder = tmp_path / "job" / "fonts"
    (folder / "more").mkdir(parents=True)
    (folder / "000-bold.ttf").write_bytes(liberation("Sans-Bold").read_bytes())
    (folder / "more" / "MINCHO.TTC").write_bytes(build_collection("Mincho", "Gothic"))
    (folder / "licence.txt").write_text("OFL")
    return folder


def test_fonts_are_there_while_it_lasts_and_gone_afterwards(on_windows, windows, job_fonts):
    windows.key_exists = False  # as for a user who never installed a font

    with installed(job_fonts) as warnings:
        assert warnings == []
        assert sorted(windows.values) == [
            "Liberation Sans Bold (TrueType)",
            "Mincho Regular & Gothic Regular (TrueType)",
        ]
        assert sorted(windows.values.values()) == sorted(windows.loaded)
        assert sorted(map(str, on_windows.iterdir())) == sorted(windows.loaded)

    assert (windows.values, windows.loaded, list(on_windows.iterdir())) == ({}, [], [])


def test_they_are_gone_also_when_the_render_fails(on_windows, windows, job_fonts):
    def failing_render():
        with installed(job_fonts):
            assert windows.values
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_render()

    assert (windows.values, windows.loaded) == ({}, [])


def test_a_render_without_fonts_still_sweeps(on_windows, windows):
    on_windows.mkdir(parents=True)
    left = on_windows / "intarsia-000.ttf"
    left.write_bytes(b"left")
    windows.values = {"Left (TrueType)": str(left)}

    with installed(None) as warnings:
        assert warnings == []
        assert (windows.values, left.exists()) == ({}, False)


@pytest.mark.skipif(sys.platform == "win32", reason="what other systems do")
def test_elsewhere_nothing_is_installed(job_fonts, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    with installed(job_fonts) as warnings:
        assert warnings == []
        assert not (tmp_path / "home").exists()


def test_only_fonts_are_taken_from_a_folder(job_fonts, tmp_path):
    assert [path.name for path in font_files(job_fonts)] == ["000-bold.ttf", "MINCHO.TTC"]
    assert font_files(tmp_path / "absent") == []
    assert font_files(None) == []
