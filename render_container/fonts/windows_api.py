"""Windows' interfaces for a user's fonts: the registry, GDI and the message WM_FONTCHANGE."""

import ctypes
import os
import sys
from pathlib import Path

assert sys.platform == "win32", "this module is for Windows"

import winreg  # noqa: E402 - exists only on Windows

KEY = r"Software\Microsoft\Windows NT\CurrentVersion\Fonts"
WM_FONTCHANGE = 0x001D
HWND_BROADCAST = 0xFFFF
SMTO_ABORTIFHUNG = 0x0002
ANSWER = 1000  # milliseconds to wait until one window has processed the message
SHARED = 0  # flags without FR_PRIVATE, because After Effects is another process


def user_font_folder() -> Path:
    """Return the current user's own font folder, which exists since Windows 10 and Server 2019."""
    return Path(os.environ["LOCALAPPDATA"]) / "Microsoft" / "Windows" / "Fonts"


class WindowsFontList:
    """Windows' list of the fonts installed for this process's user; implements FontList."""

    def entries(self) -> dict[str, str]:
        """Return the path of each of the user's font files, by its label in the registry."""
        try:
            key = winreg.OpenKey(winreg.HKEY_CURRENT_USER, KEY)
        except FileNotFoundError:
            return {}
        found = {}
        with key:
            for index in range(winreg.QueryInfoKey(key)[1]):
                label, file, _ = winreg.EnumValue(key, index)
                found[label] = str(file)
        return found

    def enter(self, label: str, file: Path) -> None:
        """Write a font file's registry value, replacing one with the same label.

        Raises OSError if that fails.
        """
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, KEY) as key:
            winreg.SetValueEx(key, label, 0, winreg.REG_SZ, str(file))

    def strike(self, label: str) -> None:
        """Delete the registry value named `label`. Raises OSError if that fails."""
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, KEY, 0, winreg.KEY_SET_VALUE) as key:
            winreg.DeleteValue(key, label)

    def load(self, file: Path) -> bool:
        """Load a file's fonts for programs that start from now on.

        Returns False if Windows finds no font in the file.
        """
        return bool(_gdi().AddFontResourceExW(str(file), SHARED, None))

    def unload(self, file: Path) -> None:
        """Undo `load` for the file, even if it was loaded several times."""
        gdi = _gdi()
        while gdi.RemoveFontResourceExW(str(file), SHARED, None):
            pass

    def announce(self) -> None:
        """Notify every window that the installed fonts have changed.

        Windows that do not process the message within a second are skipped.
        """
        ctypes.WinDLL("user32").SendMessageTimeoutW(
            HWND_BROADCAST, WM_FONTCHANGE, 0, 0, SMTO_ABORTIFHUNG, ANSWER, None
        )


def _gdi() -> ctypes.CDLL:
    return ctypes.WinDLL("gdi32")
