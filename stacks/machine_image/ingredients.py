"""The components of the machines' image, and its version, derived from all its ingredients."""

import hashlib
import tomllib
from pathlib import Path

from stacks.settings import Settings

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
COMPONENTS = ("driver", "worker", "machine")
"""Components in the order in which they run; each is a YAML file in this folder."""


def wanted(settings: Settings) -> bool:
    """Return whether an image can be built: for a GPU fleet in host mode, with a package."""
    return settings.has_gpu and settings.gpu_mode == "host" and bool(settings.after_effects_package)


def document(component: str) -> str:
    """Return the YAML document of a component."""
    return (HERE / f"{component}.yaml").read_text()


def version(settings: Settings, source: str) -> str:
    """Return the image's version: the project's first two numbers, and a hash of the ingredients.

    Image Builder rejects changes to an existing version, so every change needs a new one. The
    container image has the same version as its tag. `source` is a hash of the sources.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    ingredients = [
        source,
        *map(document, COMPONENTS),
        settings.gpu_driver,
        settings.after_effects_package,
        *settings.after_effects_versions,
        str(settings.gpu_root_volume),
    ]
    digest = hashlib.sha256("\0".join(ingredients).encode()).hexdigest()
    # Seven hexadecimal digits, because Image Builder's numbers end at 2^30.
    return ".".join([*project.split(".")[:2], str(int(digest[:7], 16))])
