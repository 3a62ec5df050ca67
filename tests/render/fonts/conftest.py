"""A made-up Windows: its registry and its GDI, as far as fonts are concerned."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

from tests.support.paths import BUNDLED_FONTS


@dataclass
class FakeWindows:
    """A user's registry values, the files that GDI has loaded, and the messages sent."""

    values: dict[str, str] = field(default_factory=dict)
    loaded: list[str] = field(default_factory=list)
    announced: int = 0
    key_exists: bool = True

    def entries(self):
        return dict(self.values)

    def enter(self, label, file):
        self.values[label] = str(file)

    def strike(self, label):
        del self.values[label]

    def load(self, file):
        if not file.read_bytes().startswith((b"\0\1\0\0", b"OTTO", b"ttcf")):
            return False
        self.loaded.append(str(file))
        return True

    def unload(self, file):
        self.loaded = [each for each in self.loaded if each != str(file)]

    def announce(self):
        self.announced += 1


@pytest.fixture
def windows():
    return FakeWindows()


@pytest.fixture(scope="session")
def liberation():
    return lambda name: BUNDLED_FONTS / f"Liberation{name}.ttf"


@pytest.fixture(scope="session")
def build_font():
    """The bytes of a small font of a family, with TrueType or PostScript outlines."""

    def build(family="Brand", *, postscript=False, postscript_name=None):
        builder = FontBuilder(1000, isTTF=not postscript)
        builder.setupGlyphOrder([".notdef", "A"])
        builder.setupCharacterMap({65: "A"})
        if postscript:
            pen = T2CharStringPen(500, None)
            glyphs = dict.fromkeys([".notdef", "A"], pen.getCharString())
            builder.setupCFF(f"{family}-Regular", {}, glyphs, {})
        else:
            builder.setupGlyf(dict.fromkeys([".notdef", "A"], TTGlyphPen(None).glyph()))
        builder.setupHorizontalMetrics({".notdef": (500, 0), "A": (500, 0)})
        builder.setupHorizontalHeader(ascent=800, descent=-200)
        names = {"familyName": family, "styleName": "Regular", "fullName": f"{family} Regular"}
        names["psName"] = postscript_name or f"{family.replace(' ', '')}-Regular"
        builder.setupNameTable(names)
        builder.setupOS2()
        builder.setupPost()
        buffer = BytesIO()
        builder.save(buffer)
        return buffer.getvalue()

    return build


@pytest.fixture(scope="session")
def build_collection(build_font):
    """The bytes of a .ttc with a font of each family."""

    def build(*families):
        collection = TTCollection()
        collection.fonts = [TTFont(BytesIO(build_font(family))) for family in families]
        buffer = BytesIO()
        collection.save(buffer)
        return buffer.getvalue()

    return build


@pytest.fixture
def winreg(windows):
    """A winreg that knows one key of the user, and fails as the real one does."""

    class Key:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    def open_key(root, path, _reserved=0, _access=0):
        assert (root, path) == ("HKCU", r"Software\Microsoft\Windows NT\CurrentVersion\Fonts")
        if not windows.key_exists:
            raise FileNotFoundError(2, "no such key")
        return Key()

    def create_key(root, path):
        windows.key_exists = True
        return open_key(root, path)

    def set_value(_key, label, _reserved, kind, data):
        assert kind == "SZ"
        windows.values[label] = data

    def delete_value(_key, label):
        if label not in windows.values:
            raise FileNotFoundError(2, "no such value")
        del windows.values[label]

    return SimpleNamespace(
        HKEY_CURRENT_USER="HKCU",
        REG_SZ="SZ",
        KEY_SET_VALUE=2,
        OpenKey=open_key,
        CreateKey=create_key,
        QueryInfoKey=lambda _: (0, len(windows.values), 0),
        EnumValue=lambda _, index: (*list(windows.values.items())[index], "SZ"),
        SetValueEx=set_value,
        DeleteValue=delete_value,
    )


@pytest.fixture
def libraries(windows):
    """gdi32 and user32, by name, as ctypes.WinDLL gives them."""

    def remove(file, _flags, _nothing):
        if file not in windows.loaded:
            return 0
        windows.loaded.remove(file)
        return 1

    def send(window, message, *_):
        assert (window, message) == (0xFFFF, 0x1D)  # every window, WM_FONTCHANGE
        windows.announced += 1
        return 1

    gdi = SimpleNamespace(
        AddFontResourceExW=lambda file, _flags, _nothing: int(windows.load(Path(file))),
        RemoveFontResourceExW=remove,
    )
    return {"gdi32": gdi, "user32": SimpleNamespace(SendMessageTimeoutW=send)}.__getitem__
